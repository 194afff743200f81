import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, test } from 'node:test'
import { must, until } from '../../lab/command.ts'
import type { Lab } from '../../lab/lab.ts'
import { bootGuest, guestImage, serialOutput, virsh, waitForLogin, writeTestSeed, type TestGuest } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { addProbe, type Probe } from '../support/probe.ts'

const given = useLab({ hosts: 2, setUp: bootGuests })
const password = 'correct horse'
const vlan = 101
const note = 'a\n"b"\\c é😀\n'
const nic = (number: number, tag = vlan) => ({ mac: `52:54:00:00:01:0${number}`, vlan: tag, address: `10.9.0.${number}/24` })

const guests = { two: { name: 'two', nic: nic(2) } }
let probe: Probe
async function bootGuests(lab: Lab): Promise<void> {
  const image = await guestImage()
  probe = await addProbe(lab, vlan, '10.9.0.200/24')
  const { key } = probe
  const hash = (await must('openssl', ['passwd', '-6', '-stdin'], { input: `${password}\n` })).trim()
  const all: [number, TestGuest][] = [
    [1, { name: 'one', nic: nic(1), keys: [key], passwordHash: hash, userData: `#cloud-config\n${JSON.stringify({ write_files: [{ path: '/etc/note', content: note }] })}` }],
    [2, { ...guests.two, keys: [key], userData: '#!/bin/sh\nhostname > /root/script-ran\n' }],
    [2, { name: 'apart', nic: nic(3, vlan + 1), keys: [key] }],
  ]
  for (const [host, guest] of all) await bootGuest(lab, host, image, guest)
  for (const [host, guest] of all) await waitForLogin(lab, host, guest.name)
  for (const number of [1, 2]) await until('ssh', async () => (await probe.inGuest(`10.9.0.${number}`, 'true')).code === 0, 120_000, 500)
}

test('the seed is honoured: name, address, key, files', async () => {
  const { stdout } = await probe.inGuest('10.9.0.1', 'hostname; ip -4 -o addr show eth0; cat /etc/resolv.conf /etc/note')
  assert.match(stdout, /^one\n.*inet 10\.9\.0\.1\/24 .*\nnameserver 10\.9\.0\.53\n/)
  assert.ok(stdout.endsWith(note), stdout)
  await until('the script of the user data', async () => (await probe.inGuest('10.9.0.2', 'cat /root/script-ran')).stdout === 'two\n', 60_000, 500)
})

test('guests of one VLAN reach each other across hosts, those of another do not', async () => {
  assert.equal((await probe.inGuest('10.9.0.1', 'ping -c 2 -W 5 10.9.0.2')).code, 0)
  assert.equal((await probe.inGuest('10.9.0.2', 'wget -q -O - http://10.9.0.1/')).stdout, 'one\n', 'TCP too')
  assert.notEqual((await probe.inGuest('10.9.0.1', 'ping -c 2 -W 2 10.9.0.3')).code, 0)
})

test('the disk is as large as it was made, file system included', async () => {
  const { stdout } = await probe.inGuest('10.9.0.1', 'until [ $(df -m / | awk "NR == 2 { print \\$2 }") -gt 900 ]; do sleep 1; done; df -m /; cat /sys/block/vda/size')
  assert.ok(stdout.endsWith(`${2 * 1024 ** 2}\n`), stdout)
})

test('the password opens the serial console', async () => {
  const { lab } = given
  // QEMU reads its end of the pseudo terminal only while somebody holds the other one open.
  const { command, args } = lab.execCommand(1, ['sh', '-c', 'exec 3<>"$0"; exec cat >&3', await virsh(lab, 1, ['ttyconsole', 'one'])])
  const terminal = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] })
  after(() => terminal.kill())
  const type = async (text: string) => { await new Promise((resolve) => { terminal.stdin.write(`${text}\r`, resolve) }) }
  const start = (await serialOutput(lab, 1, 'one')).length
  const shows = async (what: string) => (await serialOutput(lab, 1, 'one')).slice(start).includes(what)
  const printed = async (what: string, timeoutMs = 60_000) => await until(`${what} on the console`, () => shows(what), timeoutMs, 100)
  await type('root')
  await printed('Password:')
  // login throws away what was typed before it read, which a test does faster than a person: then it is typed again.
  await until('a shell', async () => { await type(password); return await printed('root@one:', 5_000).catch(() => false) })
  await type('echo $((6 * 7))-answer')
  await printed('42-answer')
})

test('the screen shows what is typed', async () => {
  const { lab } = given
  const picture = async () => {
    await virsh(lab, 1, ['screenshot', 'one', '/tmp/screen.ppm'])
    return (await lab.exec(1, ['sha256sum', '/tmp/screen.ppm'])).stdout
  }
  const seen = await picture()
  await virsh(lab, 1, ['send-key', 'one', 'KEY_K', 'KEY_L'])
  await until('another picture', async () => await picture() !== seen, 60_000, 300)
})

test('the guest agent answers: addresses, a new password', async () => {
  const { lab } = given
  await until('the agent', async () => (await lab.exec(2, ['virsh', 'qemu-agent-command', 'two', '{"execute":"guest-ping"}'])).code === 0, 60_000, 500)
  assert.match(await virsh(lab, 2, ['domifaddr', 'two', '--source', 'agent']), /eth0 .* 10\.9\.0\.2\/24/)
  await virsh(lab, 2, ['set-user-password', 'two', 'root', '$6$salt$new', '--encrypted'])
  assert.equal((await probe.inGuest('10.9.0.2', 'grep ^root: /etc/shadow')).stdout.split(':')[1], '$6$salt$new')
})

test('a reboot keeps the disk; the power button ends the guest', async () => {
  const { lab } = given
  // Not its uptime: before the reboot that can be short too.
  const boot = async () => (await probe.inGuest('10.9.0.2', 'cat /proc/sys/kernel/random/boot_id')).stdout
  const first = await boot()
  assert.equal((await probe.inGuest('10.9.0.2', 'echo kept > /root/kept; sync; reboot')).code, 0)
  await until('the guest to be back', async () => { const now = await boot(); return now !== '' && now !== first }, 180_000, 500)
  assert.equal((await probe.inGuest('10.9.0.2', 'cat /root/kept')).stdout, 'kept\n')
  await virsh(lab, 2, ['shutdown', 'two'])
  await until('the guest to be off', async () => await virsh(lab, 2, ['domstate', 'two']) === 'shut off', 120_000, 200)
})

test('another instance-id makes another machine of the same disk', async () => {
  const { lab } = given
  const scan = async () => (await lab.exec(1, ['ssh-keyscan', '-t', 'ed25519', '10.9.0.2'])).stdout
  writeTestSeed(lab, { ...guests.two, keys: [probe.key], instanceId: 'another', hostname: 'renamed' })
  await virsh(lab, 2, ['start', 'two'])
  await until('the new name', async () => (await serialOutput(lab, 2, 'two')).includes('renamed login:'), 120_000, 200)
  await until('ssh under the new name', async () => (await probe.inGuest('10.9.0.2', 'hostname; cat /root/kept')).stdout === 'renamed\nkept\n', 60_000, 500)
  const hostKey = await until('a host key', async () => await scan() || undefined, 60_000, 500)
  await virsh(lab, 2, ['reset', 'two'])
  await until('the guest to be back', async () => (await serialOutput(lab, 2, 'two')).split('renamed login:').length > 2, 120_000, 200)
  assert.equal(await until('the same host key after a reset', async () => await scan() || undefined, 60_000, 500), hostKey)
})
