// Commands against a real sshd on loopback.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SshAuthRefusedError, SshConnectionLostError, SshHostKeyChangedError, SshUnreachableError } from '../../../server/wire/ssh/errors.ts'
import { execOnce, signsIn } from '../../../server/wire/ssh/exec.ts'
import type { ExecRequest } from '../../../server/wire/ssh/exec.ts'
import { scanHostKey } from '../../../server/wire/ssh/scan.ts'
import { newKeyPair, TestSshd } from '../../support/sshd.ts'

const sshd = new TestSshd()
let fingerprint = ''
before(async () => {
  await sshd.start()
  authorize()
  fingerprint = (await scanHostKey(sshd)).fingerprint
})
after(() => sshd[Symbol.asyncDispose]())

const authorize = (options = '') => { writeFileSync(join(sshd.folder, 'authorized'), `${options}${sshd.clientKey.publicKey}\n`) }
const login = (more: object = {}) => ({ address: sshd.address, port: sshd.port, username: 'root', privateKey: sshd.clientKey.privateKey, hostKey: fingerprint, ...more })
const run = (command: string, more: Partial<ExecRequest> = {}) => execOnce(login(), { command, input: '', timeoutMs: 20_000, ...more })

test('a command gets its input, and its outcome comes back whole', async () => {
  const text = `${'a long line '.repeat(10_000)}\n`
  assert.deepEqual(await run('cat; echo wrong >&2; exit 3', { input: text }), { exitCode: 3, stdout: text, stderr: 'wrong\n' })
  assert.deepEqual(await run('kill -9 $$'), { exitCode: null, stdout: '', stderr: '' })
})

test('what follows the first line of the answer is asked for once it has come', async () => {
  const heard: string[] = []
  const talk = 'read -r asked; echo "first $asked"; read -r word || word=silence; echo "then $word"'
  const outcome = await run(talk, { input: 'x\n', reply: async (line) => { heard.push(line); return 'keep\n' } })
  assert.deepEqual([heard, outcome.stdout], [['first x'], 'first x\nthen keep\n'])
  // The command hears that nobody replies, and ends before the failure is told.
  const mark = join(sshd.folder, 'heard')
  await assert.rejects(run(`${talk} > /dev/null; read -r last || touch ${mark}`.replace('echo "first $asked"', 'echo "first $asked" >&3').replace('read -r asked', 'exec 3>&1; read -r asked'), { input: 'x\n', reply: async () => { throw new Error('not proven') } }), /not proven/)
  assert.equal((await run(`test -e ${mark} && echo yes`)).stdout, 'yes\n')
})

test('a command that takes too long, or says too much, is cut off', async () => {
  await assert.rejects(run('sleep 60', { timeoutMs: 500 }), SshConnectionLostError)
  await assert.rejects(run('head -c 8000000 /dev/zero'), SshConnectionLostError)
  const stop = new AbortController()
  const slow = run('sleep 60', { signal: stop.signal })
  setImmediate(() => { stop.abort() })
  await assert.rejects(slow)
})

test('a key that may only forward runs nothing, and one that is not let in is refused as such', async () => {
  authorize('restrict,port-forwarding,command="/bin/false" ')
  assert.deepEqual(await run('echo no'), { exitCode: 1, stdout: '', stderr: '' })
  await signsIn(login(), { timeoutMs: 10_000 })
  authorize()
  await assert.rejects(signsIn(login({ privateKey: newKeyPair().privateKey }), { timeoutMs: 10_000 }), SshAuthRefusedError)
  await assert.rejects(execOnce(login({ hostKey: `SHA256:${'a'.repeat(43)}` }), { command: 'echo no', input: '', timeoutMs: 10_000 }), SshHostKeyChangedError)
  await assert.rejects(execOnce(login({ port: 1 }), { command: 'echo no', input: '', timeoutMs: 10_000 }), SshUnreachableError)
})
