// Comes first into the process of each test file. Whatever still holds the process when its time is up, it ends; and what
// it started ends with it, also when it is killed by an error.
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'

const started = new Set<ChildProcess>()
subscribe('child_process', (message) => {
  const child = (message as { process: ChildProcess }).process
  started.add(child)
  child.once('exit', () => { started.delete(child) })
})
process.on('exit', () => { for (const child of started) child.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(1) })

const limitMs = Number(process.env.KLOUDAK_TEST_FILE_MS)
setTimeout(() => {
  console.error(`${process.argv[1]} did not end within ${limitMs / 1000} s; it still has ${process.getActiveResourcesInfo().join(', ')}`)
  process.exit(1)
}, limitMs).unref()
