// A test file that something keeps from ending: the run goes on without it, and nothing of it stays.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../support/until.ts'

const deadline = fileURLToPath(new URL('../support/deadline.ts', import.meta.url))
/** Starts a program that would go on for a minute, and says which. */
const lingering = "console.log(require('node:child_process').spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'pipe'] }).pid)"

const runs = (script: string) => spawnSync(process.execPath, ['--import', deadline, '--eval', script], { encoding: 'utf8', timeout: 30_000, env: { ...process.env, KLOUDAK_TEST_FILE_MS: '500' } })
/** One that nobody has buried yet is dead all the same. */
const isDead = (pid: string) => { try { return / Z /.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8')) } catch { return true } }

test('a file that does not end by itself is ended with all that it started, and that is a failure', async () => {
  const { status, stdout, stderr } = runs(lingering)
  assert.equal(status, 1)
  assert.match(stderr, /did not end within 0\.5 s; it still has .*ProcessWrap/)
  await until('what it started to end', () => isDead(stdout))
})

test('one that ends by itself leaves nothing behind either, and is not held up', async () => {
  const { status, stdout, stderr } = runs(`${lingering}; process.exit(0)`)
  assert.deepEqual([status, stderr], [0, ''])
  await until('what it started to end', () => isDead(stdout))
})
