import { sagaQueue } from '../jobs/contract/queue.ts'
import { Auth } from './auth/auth.ts'
import { readConfig } from './config.ts'
import { ConsoleBridge } from './console/bridge.ts'
import { bossSender, openBoss } from './db/boss.ts'
import { openDb } from './db/orm.ts'
import { loadOwnPolicies } from './db/own-policies.ts'
import { EventHub } from './events/hub.ts'
import { createHttpServer } from './http/server.ts'
import { makeLog } from './log.ts'

// The API process: no keys of hosts, no work of its own (decision 20).
const config = readConfig()
const log = makeLog('server', config.logLevel)
await loadOwnPolicies(config.placementModules, ({ policy, error }) => { log.warn({ err: error, policy }, 'a placement policy failed; hosts are chosen by the default') })
const db = await openDb({ url: config.databaseUrl, applicationName: 'kloudak-server' })
const boss = await openBoss({ url: config.databaseUrl, applicationName: 'kloudak-server-jobs', onError: (error) => { log.warn({ err: error }, 'the job queue has trouble') }, queues: [sagaQueue], supervise: false })
const hub = await EventHub.open({ url: config.databaseUrl, onTrouble: (error) => { log.warn({ err: error }, 'the event stream has trouble') } })
const auth = new Auth(db, config.masterKey)
const consoles = new ConsoleBridge({ db, actors: auth.actors, hub, log })
const http = createHttpServer({ config, log, db, sender: bossSender(boss), hub, auth, upgrades: [consoles] })
const port = await http.listen(config.port, config.listen)
log.info({ port, address: config.listen }, 'ready')

let stopping = false
async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'stopping')
  // First the doors, then what requests that still run may need.
  consoles.close()
  await http.close()
  await hub.close()
  await boss.stop({ graceful: false })
  await db.close(true)
  log.info('stopped')
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => { void stop(signal).catch((error: unknown) => { log.error({ err: error }, 'could not stop cleanly'); process.exit(1) }) })
}
// The launcher's channel breaks when it is killed: nothing of a dead `npm start` stays behind.
process.on('disconnect', () => { void stop('disconnect').finally(() => process.exit(0)) })
// Listening to the channel must not keep a process alive that has stopped.
process.channel?.unref()
process.on('unhandledRejection', (reason) => { log.fatal({ err: reason }, 'a promise was left alone'); process.exit(1) })
