import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../../lab/command.ts'
import { findHost } from '../../lab/host-power.ts'
import { removeLab } from '../../lab/lab.ts'
import { labId } from '../../lab/state.ts'

const main = fileURLToPath(new URL('../../lab/main.ts', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'kloudak-cli-'))
const folder = join(data, 'lab/aside')
after(async () => { await removeLab({ name: 'aside', folder }); rmSync(data, { recursive: true }) })
const environment = { ...process.env, KLOUDAK_DATA: data }

function lab(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--name', 'aside', ...args], { encoding: 'utf8', env: environment, timeout: 120_000 })
  return { status, stdout, stderr }
}

test('hosts outlive the command that made them, and are driven by others', () => {
  assert.equal(lab('up', '2').status, 0)
  assert.match(lab('status').stdout, /1 {2}hv1 .* running .*\n.*2 {2}hv2 .* running/)
  assert.deepEqual(lab('exec', '2', 'sh', '-c', 'echo "$0" --name $(hostname); exit 7', '--name'), { status: 7, stdout: '--name --name hv2\n', stderr: '' })
  assert.equal(lab('cut', '1', 'public').status, 0)
  assert.match(lab('status').stdout, /hv1 .* cut: public\n/)
  assert.equal(lab('kill', '2').status, 0)
  assert.match(lab('status').stdout, /hv2 .* off /)
  assert.deepEqual([lab('exec', '2', 'true').status, lab('exec', '9', 'true').status, lab('cut', '1', 'nothing').status, lab('frobnicate').status], [1, 1, 1, 2])
  const leg = `kdk${labId(folder)}`
  assert.ok(readdirSync('/sys/class/net').includes(leg))
  assert.equal(lab('down').status, 0)
  assert.ok(!existsSync(folder) && !readdirSync('/sys/class/net').includes(leg))
  assert.equal(lab('down').status, 0, 'nothing to take away is no error')
})

test('killed in the middle of building, it is built by the next command', async () => {
  const building = spawn(process.execPath, [main, '--name', 'aside', 'up', '2'], { env: environment, stdio: 'ignore' })
  const gone = new Promise((resolve) => { building.on('exit', resolve) })
  await until('a host to be half-built', () => existsSync(folder) && findHost(folder, 1).init !== undefined, 60_000, 1)
  building.kill('SIGKILL')
  await gone
  assert.match(lab('up', '2').stdout, /hv1 .* running .*\n.*hv2 .* running/)
  assert.equal(lab('exec', '1', 'virsh', 'list').status, 0)
  assert.equal(lab('down').status, 0)
  assert.deepEqual([1, 2].map((index) => findHost(folder, index)), [1, 2].map(() => ({ init: undefined, outside: [] })))
})
