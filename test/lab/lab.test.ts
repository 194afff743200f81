import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createLab, openLab, removeLab, type Lab, type LabHost } from '../../lab/lab.ts'
import { labId } from '../../lab/state.ts'
import { labFolder, useLab } from '../support/lab.ts'

const given = useLab({ hosts: 2 })

/** Runs a command on a host as the control plane reaches it: over ssh with the pinned host key. */
function ssh(lab: Lab, host: LabHost, ...command: string[]): string {
  const known = join(lab.folder, 'known_hosts')
  writeFileSync(known, lab.hosts.map(({ address, hostKey }) => `${address} ${hostKey.line}\n`).join(''))
  const options = ['BatchMode=yes', 'ConnectTimeout=10', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`, 'HostKeyAlgorithms=ssh-ed25519']
  return execFileSync('ssh', [...options.flatMap((option) => ['-o', option]), '-i', host.privateKey.path, `${host.sshUser}@${host.address}`, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Processes that belong to a lab: by its folder in their environment or working folder, or by one of its network namespaces. */
function processesOf(folder: string, namespaces: readonly string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) || namespaces.includes(readlinkSync(`/proc/${pid}/ns/net`))
    } catch { return false }
  })
}
const interfaces = () => readdirSync('/sys/class/net')
const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8')

test('two hosts answer over ssh, each with its own identity', () => {
  const { lab } = given
  const answers = lab.hosts.map((host) => ssh(lab, host, 'hostname; virsh capabilities; ovs-vsctl list-br').split('\n'))
  for (const [at, host] of lab.hosts.entries()) {
    assert.equal(answers[at]![0], host.name)
    assert.ok(answers[at]!.some((line) => line.includes(`<uuid>${host.hostUuid}</uuid>`)))
    assert.deepEqual(answers[at]!.slice(-3, -1), ['private-br', 'public-br'])
  }
  const fingerprint = execFileSync('ssh-keygen', ['-lf', '-'], { input: lab.hosts[0]!.hostKey.line, encoding: 'utf8' })
  assert.equal(fingerprint.split(' ')[1], lab.hosts[0]!.hostKey.fingerprint)
  assert.notEqual(lab.hosts[0]!.hostKey.line, lab.hosts[1]!.hostKey.line)
  const stranger = spawnSync('ssh', ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'IdentityFile=none', '-o', 'IdentityAgent=none', `root@${lab.hosts[0]!.address}`, 'true'])
  assert.equal(stranger.status, 255, 'no key, no entry')
})

test('up on a running lab changes nothing', async () => {
  const { lab } = given
  const boot = () => lab.exec(1, ['stat', '-c', '%y', '/run/kloudak-lab-ready']).then(({ stdout }) => stdout)
  const before = await boot()
  const again = await createLab({ name: lab.name, hosts: 2, folder: lab.folder })
  assert.deepEqual(again.hosts, lab.hosts)
  assert.equal(await boot(), before)
})

test('hosts share the pool and nothing else', async () => {
  const { lab } = given
  const path = `${lab.hosts[0]!.poolPath}/shared`
  await lab.exec(1, ['sh', '-c', 'echo one > "$0"; echo one > /var/tmp/private', path])
  assert.equal((await lab.exec(2, ['cat', path])).stdout, 'one\n')
  assert.equal(readFileSync(join(lab.poolFolder, 'shared'), 'utf8'), 'one\n')
  assert.notEqual((await lab.exec(2, ['cat', '/var/tmp/private'])).code, 0)
})

test('a host that lost its power comes back as itself, with what its disk held and nothing of what it ran', async () => {
  const { lab } = given
  const xml = '<domain type="qemu"><name>kept</name><memory unit="MiB">64</memory><os><type machine="q35">hvm</type></os></domain>'
  assert.equal((await lab.exec(2, ['sh', '-c', 'cat > /tmp/kept.xml; virsh define /tmp/kept.xml'], { input: xml })).code, 0)
  assert.equal((await lab.exec(2, ['virsh', 'start', 'kept'])).code, 0)
  assert.equal((await lab.status())[1]!.guests, 1)
  await lab.kill(2)
  assert.deepEqual((await lab.status()).map(({ running, guests }) => [running, guests]), [[true, 0], [false, 0]])
  await assert.rejects(lab.exec(2, ['true']), { code: 'not_running' })
  await lab.start(2)
  assert.equal((await lab.exec(2, ['virsh', 'domstate', 'kept'])).stdout.trim(), 'shut off')
  assert.equal(ssh(lab, lab.hosts[1]!, 'cat /etc/hostname'), 'hv2\n')
  assert.equal((await lab.exec(2, ['virsh', 'undefine', 'kept'])).code, 0)
})

test('each cable is cut and mended by itself', async () => {
  const { lab } = given
  const reaches = async (address: string) => (await lab.exec(1, ['bash', '-c', 'exec 3<>/dev/tcp/$0/22', address], { timeoutMs: 2_000 })).code === 0
  const [, second] = lab.hosts
  const [onManagement, onStorage] = [second!.address, second!.storageAddress]
  const carrier = async (link: string) => (await lab.exec(2, ['cat', `/sys/class/net/${link}/carrier`])).stdout.trim()
  await lab.cut(2, 'mgmt')
  assert.deepEqual([await reaches(onManagement), await reaches(onStorage)], [false, true])
  await lab.cut(2, 'storage')
  await lab.cut(2, 'trunk')
  assert.equal(await reaches(onStorage), false)
  assert.deepEqual(await Promise.all(['eth0', 'eth1', 'eth2', 'eth3'].map(carrier)), ['0', '1', '0', '0'])
  assert.deepEqual((await lab.status())[1]!.cut, ['mgmt', 'trunk', 'storage'])
  await lab.heal(2, 'mgmt')
  assert.deepEqual([await reaches(onManagement), await reaches(onStorage)], [true, false])
  await lab.heal(2)
  assert.equal(await reaches(onStorage), true)
  assert.deepEqual((await lab.status())[1]!.cut, [])
})

test('two labs stand side by side, and one of them goes without a trace', async () => {
  const name = `test-${process.pid}-beside`
  const folder = labFolder(name)
  after(() => removeLab({ name, folder }))
  const beside = await createLab({ name, hosts: 1, folder })
  assert.notEqual(beside.hosts[0]!.address, given.lab.hosts[0]!.address)
  assert.equal(ssh(beside, beside.hosts[0]!, 'hostname'), 'hv1\n')
  const leg = `kdk${labId(folder)}`
  const inside = await Promise.all([1].map(async (index) => (await beside.exec(index, ['readlink', '/proc/self/ns/net'])).stdout.trim()))
  assert.ok(interfaces().includes(leg) && mounts().includes(folder) && processesOf(folder, inside).length > 5, 'the traces that must go are there')
  await beside.down()
  assert.ok(!interfaces().includes(leg))
  assert.ok(!mounts().includes(folder))
  assert.deepEqual(processesOf(folder, inside), [])
  assert.ok(!existsSync(folder))
  assert.equal(openLab({ name, folder }), undefined)
  assert.deepEqual((await given.lab.status()).map(({ running }) => running), [true, true])
})

test('what a crash left half-built is built anew', async () => {
  const { lab } = given
  // The machine lost the lab's networks while its hosts ran on, as after an interrupted `down`.
  execFileSync('ip', ['link', 'del', `kdk${labId(lab.folder)}`])
  const again = await createLab({ name: lab.name, hosts: 2, folder: lab.folder })
  for (const host of again.hosts) assert.equal(ssh(again, host, 'hostname'), `${host.name}\n`)
  assert.deepEqual(again.hosts.map(({ hostUuid }) => hostUuid), lab.hosts.map(({ hostUuid }) => hostUuid))
})
