// A process with one worker that knows the marking saga: to be stopped, continued and killed by tests.
import { openDb } from '../../server/db/orm.ts'
import { markingWorker } from './marking-saga.ts'

const [url, name] = process.argv.slice(2)
const db = await openDb({ url: url!, poolSize: 4 })
const { worker, lines } = markingWorker(db, name!)
console.log('ready')
setInterval(() => { for (const line of lines.splice(0)) console.log(JSON.stringify({ level: line.level, message: line.message })) }, 20)
process.on('SIGTERM', () => { void worker.stop(0).then(() => db.close(true)).then(() => { process.exit(0) }) })
