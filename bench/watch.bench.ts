// One worker and a thousand simulated hosts with twenty guests each, of which some change all the time: what the worker
// takes of a processor, and how long after a change on a host another process is told of it.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate, openDb } from '../server/db/orm.ts'
import { EventHub } from '../server/events/hub.ts'
import { GiB, MiB } from '../server/model/units.ts'
import { startPostgres } from '../start/postgres.ts'
import { seedSimulated } from '../start/simulated-seed.ts'
import { makeDataFolder } from '../test/support/data-folder.ts'
import { until } from '../test/support/until.ts'
import { startWorker } from '../test/support/worker.ts'
import { makeWorld } from '../test/support/world.ts'
import { ms, percentiles, show } from './measure.ts'
import type { Bench } from './measure.ts'
import { cpuMs, family, memoryBytes } from './proc.ts'

const hosts = 1_000
const vms = 20_000
const changesPerSecond = 100
/** After the first look at all hosts: they are also swept once. */
const settleMs = 15_000
const watchMs = 60_000

export const bench: Bench = {
  name: 'A thousand hosts watched by one worker',
  async rows() {
    const folder = makeDataFolder('bench-watch')
    const postgres = await startPostgres({ folder: join(folder, 'postgres') })
    await migrate(postgres.url)
    const db = await openDb({ url: postgres.url, poolSize: 2 })
    const em = db.em.fork()
    const { areaId, poolId, templateId, hostIds } = await makeWorld(db, { hostMemoryBytes: 256 * GiB, poolBytes: 1024 ** 5 })
    const seedingAt = performance.now()
    await seedSimulated(db, { areaId, poolId, templateId, hostId: hostIds[0]!, hosts, vms })
    const seededMs = performance.now() - seedingAt
    const vmOf = new Map((await em.execute<{ id: string; uuid: string }[]>('select id, domain_uuid as uuid from vm')).map(({ id, uuid }) => [uuid, id]))
    const hub = await EventHub.open({ url: postgres.url })
    const stream = hub.subscribe({ objectTypes: ['vm'] })
    const startedAt = performance.now()
    const worker = startWorker(postgres.url, { LOG_LEVEL: 'debug', KLOUDAK_SIMULATED_EVENTS: String(changesPerSecond) }, randomBytes(32))
    try {
      /** When each VM changed on its host last, as long as nobody was told. One that changes back at once has not changed. */
      const changed = new Map<string, number>()
      const tookMs: number[] = []
      let isMeasuring = false
      createInterface({ input: worker.child.stderr! }).on('line', (line) => {
        if (!line.includes('a simulated guest changed')) return
        const { domainUuid, time } = JSON.parse(line) as { domainUuid: string; time: number | string }
        const vmId = vmOf.get(domainUuid)!
        changed.set(vmId, new Date(time).getTime())
      })
      const listening = (async () => {
        for await (const { objectId } of stream) {
          const at = changed.get(objectId)
          if (isMeasuring && at !== undefined) tookMs.push(Date.now() - at)
          changed.delete(objectId)
        }
      })()
      await until('all hosts to be owned', async () => (await em.execute<{ count: number }[]>('select count(*)::integer as count from host_lease'))[0]!.count === hosts, 120_000)
      const ownedMs = performance.now() - startedAt
      await until('all hosts to be looked at', async () => (await em.execute<{ count: number }[]>('select count(*)::integer as count from pool_host'))[0]!.count >= hosts, 120_000)
      const lookedMs = performance.now() - startedAt
      await delay(settleMs)
      const parts = { worker: () => family(worker.child.pid!), PostgreSQL: () => family(postgres.pid) }
      const before = Object.values(parts).map((pids) => cpuMs(pids()))
      isMeasuring = true
      await delay(watchMs)
      isMeasuring = false
      const shares = Object.values(parts).map((pids, index) => (cpuMs(pids()) - before[index]!) / watchMs * 100)
      const memory = memoryBytes(parts.worker())
      await stream.return?.()
      await listening
      const peer = 'oVirt\'s engine: 128 hosts on 2 cores (published)'
      return [
        { what: `${hosts} hosts, ${vms} VMs, ${changesPerSecond} changes a second: the worker, of one core over ${watchMs / 1_000} s`, ours: `${shares[0]!.toFixed(1)} % (PostgreSQL ${shares[1]!.toFixed(1)} %; the worker's memory ${Math.round(memory / MiB)} MiB, the simulated hosts' included)`, peer, ratio: '-', goal: '<= 50 %' },
        { what: 'from a change on a host to another process that is told', ours: show(percentiles(tookMs)), peer, ratio: '-', goal: '<= 100 ms p99' },
        { what: `${vms} VMs put into the books; all hosts owned, and looked at, after the worker's start`, ours: `${ms(seededMs)}; ${ms(ownedMs)}, ${ms(lookedMs)}`, peer: '-', ratio: '-', goal: '-' },
      ]
    } finally {
      worker.child.kill('SIGTERM')
      await worker.ended
      await hub.close()
      await db.close(true)
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
