// A worker that sweeps simulated hosts in quick rounds, and mends what it mends.
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { sweepBooks, sweepHosts } from '../../jobs/sweep/sweep.ts'
import type { Beside, HeldHost } from '../../jobs/watch/beside.ts'
import { repairsOf } from '../../server/app/drift-repair.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import type { Drift } from '../../server/db/entities/drift.ts'
import { unseal } from '../../server/db/seal.ts'
import type { SimulatedPlace } from '../../jobs/hosts/simulated.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { failoverDeps } from './failover-deps.ts'
import { patient } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { silent, silentSender } from './toy-saga.ts'
import { until } from './until.ts'
import { testMasterKey } from './verbs.ts'

export type OpenRow = Pick<Drift, 'id' | 'kind' | 'subject' | 'message' | 'tries'> & { host: string | null; pool: string | null; vm: string | null; task: string | null }

/** `place`: the ground's host, with its pool and image. `addHost` makes another one in the area, that is swept too and gets no VMs. */
export async function startSweep(ground: Ground) {
  const { db, pool, world } = ground
  const em = db.em.fork()
  const sessions = new HostSessions({ db })
  const sagas = allSagas({ hosts: sessions, unseal: (place, sealed) => unseal(testMasterKey, place, sealed), children: workspaceChildren(silentSender), ...failoverDeps() })
  // What tests put into the books as done is not to be done here.
  const registry = new Registry(sagas.filter(({ name }) => name === 'drift-repair'))
  const worker = new SagaWorker({ db, registry, log: silent, timing: { ...defaultTiming, pollMs: 20, retryWaitMs: 10 }, workerId: newId() })
  const options = { db, sessions, begin: repairsOf(silentSender), times: { everyMs: 40, confirmMs: 10 }, log: silent }
  const start = sweepHosts(options)
  const stopBooks = sweepBooks(options)
  const running = new Map<string, { held: HeldHost; sweep: Beside }>()

  async function sweep(host: { id: string; areaId: string; name: string }): Promise<SimulatedPlace> {
    const place = sessions.world.place(host)
    await openSimulatedHost(place.host).bind(patient).ensurePool(pool)
    const grip = { hostId: host.id, workerId: newId(), epoch: 1 }
    await em.execute("insert into host_lease (host_id, worker_id, epoch, expires_at) values (?, ?, 1, now() + interval '1 hour')", [grip.hostId, grip.workerId])
    const held = { grip, isCurrent: () => true }
    running.set(host.id, { held, sweep: start(held) })
    return place
  }

  const place = await sweep(ground.host)
  await openSimulatedHost(place.host).bind(patient).createVolume(pool, { name: `image-${world.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
  const open = (kind?: string) => em.execute<OpenRow[]>(`
    select id, kind, host_id as host, pool_id as pool, vm_id as vm, subject, message, tries, task_id as task from drift where resolved_at is null and (?::text is null or kind = ?) order by id`, [kind ?? null, kind ?? null])

  return {
    em, sessions, worker, place, open,
    /** The one open difference of this kind about this subject. */
    found: (kind: string, subject: string) => until(`${kind} to be found`, async () => (await open(kind)).find((row) => row.subject === subject)),
    over: (id: string) => until('the difference to be over', async () => {
      const [row] = await em.execute<{ resolved: Date | null; repaired: Date | null }[]>('select resolved_at as resolved, repaired_at as repaired from drift where id = ?', [id])
      return row!.resolved !== null && { isRepaired: row!.repaired !== null }
    }),
    /** Two whole rounds of every host that may be judged, and of the books, have gone by: what is there has been seen. */
    async rounds(): Promise<void> {
      const names = place.host.faults.record()
      await until('some rounds', () => names.filter((name) => name === 'listVms').length > 6)
    },
    /** Does something between two rounds of the ground's host. */
    async between(work: () => Promise<unknown>): Promise<void> {
      const { held, sweep } = running.get(ground.host.id)!
      await sweep.stop()
      await work()
      running.set(ground.host.id, { held, sweep: start(held) })
    },
    async addHost() {
      const host = { id: newId(), areaId: ground.host.areaId, name: `host-${newId()}` }
      await em.execute("insert into host (id, area_id, name, kind, state, duty, facts, cpus, memory_bytes, reserved_memory_bytes) select ?, area_id, ?, kind, 'up', 'maintenance', facts, cpus, memory_bytes, 0 from host where id = ?", [host.id, host.name, ground.host.id])
      return { ...host, place: await sweep(host) }
    },
    async close(): Promise<void> {
      await Promise.all([stopBooks(), ...[...running.values()].map((one) => one.sweep.stop())])
      await worker.stop(0)
      await sessions.close()
    },
  }
}
