// The worker process: a list of joins. Each part is started here and stopped in the opposite order.
import { flushCompileCache } from 'node:module'
import { repairsOf } from '../server/app/drift-repair.ts'
import { workspaceChildren } from '../server/app/workspace-children.ts'
import { failoverWork } from '../server/app/failover-work.ts'
import { readConfig } from '../server/config.ts'
import { bossSender, openBoss } from '../server/db/boss.ts'
import { openDb } from '../server/db/orm.ts'
import { loadOwnPolicies } from '../server/db/own-policies.ts'
import { sealUserData } from '../server/db/reseal.ts'
import { unseal } from '../server/db/seal.ts'
import type { SealedPlace } from '../server/db/seal.ts'
import { makeLog } from '../server/log.ts'
import { listenForMetrics } from '../server/metrics/listen.ts'
import { newId } from '../server/model/id.ts'
import { EventHub } from '../server/events/hub.ts'
import { startConsoleServer } from './consoles/server.ts'
import { sagaQueue } from './contract/queue.ts'
import { fencingOf } from './fencing/fencing.ts'
import { keepDrilling } from './drill/drill.ts'
import { findGuestAddresses } from './guests/addresses.ts'
import { startHeartbeat } from './heartbeat.ts'
import { localMachine, sshMachine } from './hosts/machine.ts'
import { localLink, sshLinks } from './hosts/real.ts'
import { HostSessions } from './hosts/sessions.ts'
import { SimulatedWorld } from './hosts/simulated.ts'
import { makeWorkerMetrics } from './metrics.ts'
import { listenForWork } from './saga/doorbell.ts'
import { Registry } from './saga/registry.ts'
import { defaultTiming } from './saga/timing.ts'
import { SagaWorker } from './saga/worker.ts'
import { allSagas } from './sagas/registry.ts'
import { rememberedOf } from './sagas/remembered.ts'
import { startKeepingStats } from './stats/roll-up.ts'
import { StatsSampler } from './stats/sampler.ts'
import { sweepBooks, sweepHosts } from './sweep/sweep.ts'
import { keepRemovingOldRows } from './watch/retention.ts'
import { Slots } from './watch/slots.ts'
import { Watch } from './watch/watch.ts'

const connections = 12
/** What looks at many hosts leaves connections free: neither what hosts tell nor the tasks wait behind it. */
const looksAtOnce = connections / 2
/** How long running steps may go on after the signal to stop; systemd and containers wait longer than this. */
const graceMs = 5000
/** How long the parts of a worker may take to stop, beside that. */
const partsMs = 25_000

const config = readConfig()
const workerId = newId()
const log = makeLog('worker', config.logLevel).child({ workerId })
process.on('uncaughtException', (error) => { log.fatal({ err: error }, 'the worker broke'); process.exit(1) })

await loadOwnPolicies(config.placementModules, ({ policy, error }) => { log.warn({ err: error, policy }, 'a placement policy failed; hosts are chosen by the default') })
const db = await openDb({ url: config.databaseUrl, applicationName: 'kloudak-worker', poolSize: connections })
const boss = await openBoss({ url: config.databaseUrl, applicationName: 'kloudak-worker-queue', queues: [sagaQueue], supervise: true, onError: (error) => { log.error({ err: error }, 'the queue has a problem') } })
const hub = await EventHub.open({ url: config.databaseUrl, onTrouble: (error) => { log.warn({ err: error }, 'the event stream has trouble') } })
const world = new SimulatedWorld({ remember: ({ id }) => rememberedOf(db, id), behaviour: config.simulated, onChange: (domainUuid) => { log.debug({ domainUuid }, 'a simulated guest changed') } })
const sessions = new HostSessions({ db, world, links: { ssh: sshLinks(config.masterKey), local: localLink }, machines: { ssh: sshMachine(config.masterKey), local: localMachine }, onTrouble: (error) => { log.warn({ err: error }, 'a host could not be let go cleanly') } })
const consoles = await startConsoleServer({ listen: config.consoleListen, db, sessions, workerId, log })
const heartbeat = await startHeartbeat(db, log, { id: workerId, consoleUrl: consoles.url })
const metrics = makeWorkerMetrics({ hosts: () => sampler.hosts, links: () => sessions.size, tasks: () => worker.running })
const sampler = new StatsSampler({ db, sessions, workerId, log, everyMs: config.stats.everyMs, onLook: metrics.look, onWrite: metrics.written })
const failover = failoverWork(bossSender(boss))
const slots = new Slots(looksAtOnce)
const sweep = { db, sessions, begin: repairsOf(bossSender(boss)), times: { everyMs: config.sweepEveryMs }, log }
const unsealed = (place: SealedPlace, sealed: Uint8Array) => unseal(config.masterKey, place, sealed)
const watch = new Watch({ db, hub, sessions, workerId, log, unseal: unsealed, failover, slots, watchTimes: { downAfterMs: config.hostDownAfterMs }, beside: [sampler.beside, sweepHosts({ ...sweep, slots }), findGuestAddresses({ db, sessions, slots, log })] })
const sealed = await sealUserData(db.em.fork(), config.masterKey)
if (sealed > 0) log.info({ vms: sealed }, 'user data of older VMs was sealed')
const registry = new Registry(allSagas({ hosts: sessions, unseal: unsealed, children: workspaceChildren(bossSender(boss)), recoveries: failover.recoveries, fencing: fencingOf(sessions.world) }))
const timing = { ...defaultTiming, retries: config.retries, retryWaitMs: config.retryWaitMs }
const worker = new SagaWorker({ db, registry, log, timing, retriesByKind: config.retriesByKind, workerId, concurrency: config.workerTasks, onTaskEnd: metrics.taskEnded })
await listenForWork(boss, { wake: () => { worker.wake() } })
await watch.start()
const stopKeeping = await startKeepingStats(db, log, config.stats.keep)
const stopSweeping = sweepBooks(sweep)
const drills = keepDrilling({ db, hub, workerId, onTrouble: (error) => { log.warn({ err: error }, 'the drill of what a host\'s loss would mean failed') } })
const stopRemoving = keepRemovingOldRows(db, log, { keepTasksMs: config.keepTasksMs })
const metricsServer = config.metricsListen && await listenForMetrics(config.metricsListen, metrics.registry, config.metricsToken)
/** In this order: what brings new work first, what the others lean on last. */
const parts: [name: string, stop: () => unknown][] = [
  ['queue', () => boss.offWork(sagaQueue)], ['sagas', () => worker.stop(graceMs)], ['old rows', stopRemoving], ['drills', () => drills.stop()], ['metrics', () => metricsServer?.close()],
  ['rollups', stopKeeping], ['samples', () => sampler.stop()], ['sweep', stopSweeping], ['watch', () => watch.stop()], ['consoles', () => consoles.close()], ['simulated hosts', () => { world.close() }],
  ['connections', () => sessions.close()], ['events', () => hub.close()], ['heartbeat', () => heartbeat.stop()], ['boss', () => boss.stop({ graceful: false })], ['database', () => db.close(true)],
]
let isStopping = false
async function stop(signal: string): Promise<void> {
  if (isStopping) return
  isStopping = true
  log.info({ signal }, 'the worker stops')
  let stopping = ''
  // A part that does not come to an end is left as a crash would leave it: others take over what it held.
  setTimeout(() => { log.error({ part: stopping }, 'the worker did not stop in time'); process.exit(1) }, graceMs + partsMs).unref()
  for (const [name, stopPart] of parts) {
    stopping = name
    await stopPart()
  }
  stopping = 'what is left open'
  log.info('the worker has stopped')
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void stop(signal) })
// The launcher's channel breaks when it is killed: nothing of a dead `npm start` stays behind.
process.on('disconnect', () => { void stop('disconnect').finally(() => process.exit(0)) })
// Listening to the channel must not keep a process alive that has stopped.
process.channel?.unref()
log.info({ metricsPort: metricsServer?.port }, 'the worker is ready')
// Where NODE_COMPILE_CACHE is set: the next one starts faster, even if this one is killed.
flushCompileCache()
