import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { agentFor } from './agents.ts'
import { fencingOf } from './fencing.ts'
import { runAgent } from './run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-agent-'))
after(() => { rmSync(folder, { recursive: true, force: true }) })

function agent(body: string): string {
  const path = join(folder, `fence_test_${Math.random().toString(36).slice(2)}`)
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return path
}
const timeoutMs = 10_000

test('parameters go to standard input, and neither to the arguments nor to the environment', async () => {
  const seen = join(folder, 'seen')
  const path = agent(`{ echo "args:$*"; env; echo "input:"; cat; } > ${seen}; exit 2`)
  assert.deepEqual(await runAgent({ path, parameters: { action: 'status', password: 'hush hush', ipport: 623 }, timeoutMs }), { code: 2, said: '' })
  const [before, input] = readFileSync(seen, 'utf8').split('input:\n')
  assert.match(before!, /^args:\n/)
  assert.ok(!before!.includes('hush'))
  assert.equal(input, 'action=status\npassword=hush hush\nipport=623\n')
})

test('a value with a line break is refused before anything runs: it would be another parameter', async () => {
  const ran = join(folder, 'ran')
  await assert.rejects(runAgent({ path: agent(`touch ${ran}`), parameters: { username: 'a\naction=on' }, timeoutMs }), { code: 'INVALID_INPUT' })
  assert.throws(() => readFileSync(ran))
})

test('what an agent says last is told, without the password', async () => {
  const { code, said } = await runAgent({ path: agent('echo first; echo "2026-11-21 10:00:00,1 ERROR: no login with hush hush" >&2; exit 1'), parameters: { password: 'hush hush' }, timeoutMs })
  assert.deepEqual([code, said], [1, 'ERROR: no login with …'])
})

test('an agent that is not there says what to install', async () => {
  await assert.rejects(runAgent({ path: '/usr/sbin/fence_nobody', parameters: {}, timeoutMs }), (error: Error & { code: string; remedy: string }) => error.code === 'UNAVAILABLE' && /fence_nobody/.test(error.message) && /fence-agents/.test(error.remedy))
})

test('an agent that hangs is ended with all that it started, by time and by signal', async () => {
  const path = agent('sleep 600 & wait')
  await assert.rejects(runAgent({ path, parameters: {}, timeoutMs: 50 }), { code: 'OUTCOME_UNKNOWN' })
  const stop = new AbortController()
  const running = runAgent({ path, parameters: {}, timeoutMs, signal: stop.signal })
  stop.abort()
  await assert.rejects(running, { code: 'OUTCOME_UNKNOWN' })
})

test('only agents of the list are run, by absolute path, and none for a person', () => {
  const device = { host: { id: 'h', areaId: 'a', name: 'h' }, address: '10.0.0.1', port: null, username: 'u', password: 'p', options: {}, clusters: [] }
  assert.deepEqual((['ipmi', 'redfish', 'libvirt', 'manual', 'simulated'] as const).map((kind) => agentFor({ ...device, kind }, 'off')?.path), ['/usr/sbin/fence_ipmilan', '/usr/sbin/fence_redfish', '/usr/sbin/fence_virsh', undefined, undefined])
  assert.deepEqual(agentFor({ ...device, kind: 'ipmi', options: { cipher: 3 } }, 'off')!.parameters, { action: 'off', ip: '10.0.0.1', username: 'u', password: 'p', login_timeout: 5, shell_timeout: 5, power_timeout: 20, lanplus: 1, cipher: 3, method: 'onoff' })
})

test('a worker that lost its right to act asks no device', async () => {
  const cut: string[] = []
  const fencing = fencingOf({ hasPower: () => true, cut: ({ id }) => { cut.push(id) } })
  const target = { kind: 'simulated' as const, host: { id: 'h', areaId: 'a', name: 'h' }, address: null, port: null, username: null, password: null, options: {}, clusters: [] }
  await assert.rejects(fencing.off(target, { beforeCall() { throw new Error('the lease is lost') }, timeoutMs }), { message: 'the lease is lost' })
  assert.deepEqual(cut, [])
  assert.equal(await fencing.status(target, { beforeCall() { /* may */ }, timeoutMs }), 'on')
})
