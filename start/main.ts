// `npm start`: everything on this machine with one command. PostgreSQL, the API with the dashboard, a worker, and
// hypervisors; Ctrl-C stops the control plane and leaves the guests running.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate, openDb } from '../server/db/orm.ts'
import { ensureAdmin } from './admin.ts'
import { buildDashboard } from './dashboard.ts'
import { enrolHypervisors } from './enrol.ts'
import { chooseHypervisors, hasLab, raiseLab } from './hypervisors.ts'
import { startPostgres } from './postgres.ts'
import type { Postgres } from './postgres.ts'
import { supervise } from './processes.ts'
import type { Supervised } from './processes.ts'
import { requireFreePort, waitUntilReady } from './ready.ts'
import { takeOver, whenLeftBehind } from './running.ts'
import { masterKeyFile, readMasterKey, readSettings } from './settings.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (line: string) => { console.log(line) }
const startedAt = performance.now()

interface Started { release(): void; postgres: Postgres | undefined; processes: Supervised[] }

async function start(started: Partial<Started>): Promise<void> {
  const settings = readSettings(process.env)
  started.release = await takeOver(settings.dataFolder, say)
  started.processes = []
  await requireFreePort(settings.port)

  const raising = hasLab(settings.dataFolder) && settings.hosts !== 'none' ? raiseLab(settings.dataFolder, say) : undefined
  raising?.catch(() => { /* told below, where it is awaited */ })
  const building = buildDashboard(root, say)
  building.catch(() => { /* as above */ })

  if (!settings.databaseUrl) started.postgres = await startPostgres({ folder: join(settings.dataFolder, 'postgres') })
  const databaseUrl = settings.databaseUrl ?? started.postgres!.url
  for (const name of await migrate(databaseUrl)) say(`migrated the database: ${name}`)

  const keyFile = masterKeyFile(settings.dataFolder)
  const db = await openDb({ url: databaseUrl, poolSize: 2, applicationName: 'kloudak-start' })
  const chosenAdmin = settings.adminPassword === undefined ? undefined : await ensureAdmin(db.em.fork(), settings.adminPassword)
  const chosen = await chooseHypervisors(settings.hosts, db.em.fork(), settings.dataFolder)

  const { KLOUDAK_ADMIN_PASSWORD: _ours, ...inherited } = process.env
  const env = { ...inherited, DATABASE_URL: databaseUrl, KLOUDAK_MASTER_KEY_FILE: keyFile, PORT: String(settings.port), KLOUDAK_WEB: await building, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/kloudak'), LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' }
  for (const [name, script] of [['API', 'server/main.ts'], ['worker', 'jobs/main.ts']] as const) started.processes.push(supervise({ name, script: join(root, script), env, onLine: say }))
  const url = `http://localhost:${settings.port}`
  await waitUntilReady(`http://127.0.0.1:${settings.port}`, 60_000)
  say(`hypervisors: ${chosen.mode} (${chosen.why})`)
  await (raising ?? (chosen.mode === 'lab' ? raiseLab(settings.dataFolder, say) : undefined))
  await enrolHypervisors({ chosen, settings, db, databaseUrl, masterKey: readMasterKey(keyFile), onLine: say })
  // Made last, so that a start that fails before this line has not made an account whose password nobody saw.
  const admin = chosenAdmin ?? await ensureAdmin(db.em.fork(), undefined)
  await db.close(true)

  say('')
  if (chosen.mode === 'simulated') say('The hosts are SIMULATED: no guest runs. Set KLOUDAK_HOSTS=lab or local for real ones.')
  say(`Kloudak is up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s:  ${url}`)
  say(`GraphQL and its playground:  ${url}/graphql`)
  if (admin.password) say(`Sign in as admin with the password  ${admin.password}  (shown this once)`)
  else if (admin.made) say('Sign in as admin with the password from KLOUDAK_ADMIN_PASSWORD')
  say('Ctrl-C stops Kloudak; guests keep running. `npm run lab -- down` ends the lab.')
}

async function stop(started: Partial<Started>): Promise<void> {
  await Promise.all((started.processes ?? []).map((process) => process.stop()))
  await started.postgres?.stop()
  started.release?.()
}

const started: Partial<Started> = {}
let stopping: Promise<void> | undefined
const end = () => { stopping ??= stop(started).then(() => process.exit(0), (error: unknown) => { console.error(error); process.exit(1) }) }
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
whenLeftBehind(end)
try {
  await start(started)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  await (stopping ??= stop(started))
  process.exit(1)
}
