// What the whole control plane costs while nobody asks for anything: a server, a worker with two simulated hosts, and a
// PostgreSQL of their own as an installation has it.
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate, openDb } from '../server/db/orm.ts'
import { MiB } from '../server/model/units.ts'
import { startPostgres } from '../start/postgres.ts'
import { makeDataFolder } from '../test/support/data-folder.ts'
import { until } from '../test/support/until.ts'
import { startProgram, startWorker } from '../test/support/worker.ts'
import { makeWorld } from '../test/support/world.ts'
import type { Bench, Row } from './measure.ts'
import { cpuMs, family, memoryBytes } from './proc.ts'

/** The collectors of garbage have then seen to what a start leaves behind. */
const settleMs = 180_000
const watchMs = 60_000
export const bench: Bench = {
  name: 'Idle',
  async rows() {
    const folder = makeDataFolder('bench-idle')
    const postgres = await startPostgres({ folder: join(folder, 'postgres') })
    const key = join(folder, 'key')
    writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 })
    await migrate(postgres.url)
    const db = await openDb({ url: postgres.url, poolSize: 1 })
    await makeWorld(db, { hosts: 2 })
    await db.close(true)
    // As every installation has it, from the second start on.
    process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
    for (let start = 0; start < 2; start++) {
      const first = startWorker(postgres.url)
      await until('the worker to be ready', () => first.output().includes('the worker is ready'))
      first.child.kill('SIGTERM')
      await first.ended
    }
    const server = startProgram('server/main.ts', [], { DATABASE_URL: postgres.url, KLOUDAK_MASTER_KEY_FILE: key, PORT: '0' })
    const worker = startWorker(postgres.url)
    try {
      await until('the server to be ready', () => server.output().includes('"ready"'))
      await until('the worker to be ready', () => worker.output().includes('the worker is ready'))
      await delay(settleMs)
      // PostgreSQL starts processes of its own and ends them: each look takes those that there are.
      const parts = { server: () => [server.child.pid!], worker: () => [worker.child.pid!], PostgreSQL: () => family(postgres.pid) }
      const before = Object.values(parts).map((pids) => cpuMs(pids()))
      await delay(watchMs)
      const shares = Object.values(parts).map((pids, index) => (cpuMs(pids()) - before[index]!) / watchMs * 100)
      const sizes = Object.values(parts).map((pids) => Math.round(memoryBytes(pids()) / MiB))
      const told = (values: readonly number[], unit: string, digits = 0) => `${values.reduce((sum, value) => sum + value, 0).toFixed(digits)}${unit} (${Object.keys(parts).map((name, index) => `${name} ${values[index]!.toFixed(digits)}`).join(', ')})`
      const row = (what: string, ours: string, goal: string): Row => ({ what, ours, peer: 'Harvester: 8 cores, 32 GiB at least (published)', ratio: '-', goal })
      return [row('processors, of one core over 60 s', told(shares, ' %', 2), '<= 2 %'), row('memory, what is shared counted once', told(sizes, ' MiB'), '<= 350 MB')]
    } finally {
      for (const { child, ended } of [server, worker]) { child.kill('SIGTERM'); await ended }
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
