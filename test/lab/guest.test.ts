import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, test } from 'node:test'
import { must, until } from '../../lab/command.ts'
import type { Lab } from '../../lab/lab.ts'
import { bootGuest, guestImage, serialOutput, virsh, waitForLogin, type TestGuest } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { addProbe, type Probe } from '../support/probe.ts'

const given = useLab({ hosts: 2, setUp: bootGuests })
const password = 'correct horse'
const vlan = 101
const note = 'a\n"b"\\c é😀\n'
const nic = (number: number, tag = vlan) => ({ mac: `52:54:00:00:01:0${number}`, vlan: tag, address: `10.9.0.${number}/24` })

let probe: Probe
async function bootGuests(lab: Lab): Promise<void> {
  const image = await guestImage()
  probe = await addProbe(lab, vlan, '10.9.0.200/24')
  const { key } = probe
  const hash = (await must('openssl', ['passwd', '-6', '-stdin'], { input: `${password}\n` })).trim()
  const guests: [number, TestGuest][] = [
    [1, { name: 'one', nic: nic(1), keys: [key], passwordHash: hash, userData: `#cloud-config\n${JSON.stringify({ write_files: [{ path: '/etc/note', content: note }] })}` }],
    [2, { name: 'two', nic: nic(2), keys: [key], userData: '#!/bin/sh\nhostname > /root/script-ran\n' }],
    [2, { name: 'apart', nic: nic(3, vlan + 1), keys: [key] }],
  ]
  for (const [host, guest] of guests) await bootGuest(lab, host, image, guest)
  for (const [host, guest] of guests) await waitForLogin(lab, host, guest.name)
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

test('a reboot keeps the disk; the power button ends the guest', async () => {
  const { lab } = given
  assert.equal((await probe.inGuest('10.9.0.2', 'echo kept > /root/kept; sync; reboot')).code, 0)
  await until('the guest to be back', async () => { const { stdout } = await probe.inGuest('10.9.0.2', 'cat /root/kept; cut -d. -f1 /proc/uptime'); return /^kept\n\d+\n$/.test(stdout) && Number(stdout.split('\n')[1]) < 60 }, 180_000, 500)
  await virsh(lab, 2, ['shutdown', 'two'])
  await until('the guest to be off', async () => await virsh(lab, 2, ['domstate', 'two']) === 'shut off', 120_000, 200)
})
