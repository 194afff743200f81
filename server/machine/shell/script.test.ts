// The script itself, run by this machine's own shell: it needs no hypervisor for what is asked here.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readReport } from './read-report.ts'
import type { Sections } from './read-report.ts'

const script = readFileSync(new URL('host.sh', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'kloudak-script-'))
after(() => { rmSync(folder, { recursive: true, force: true }) })

interface Answer { ok: boolean; error?: string; subject?: string; detail?: string; sections?: Sections }

/** `reply` is written once the first line of the answer has come; without it the script hears the end at once. */
function run(input: string, { env = {}, reply }: { env?: Record<string, string>; reply?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script], { env: { PATH: process.env.PATH, HOME: folder, ...env } })
    let said = ''
    let isAnswered = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (reply !== undefined && !isAnswered && said.includes('\n')) { isAnswered = true; child.stdin.end(reply) }
    })
    child.once('error', reject).once('close', () => { resolve(JSON.parse(said) as Answer) })
    // It may have refused and gone before it has read all.
    child.stdin.on('error', () => { /* its answer counts */ })
    if (reply === undefined) child.stdin.end(`${input}\n`)
    else child.stdin.write(`${input}\n`)
  })
}

test('what is asked is read as JSON, and never as shell', async () => {
  const paths = ['/', `${folder}/it's "here" $(touch ${folder}/run) \\ \`x\``, '/does not; exist']
  mkdirSync(paths[1]!, { recursive: true })
  const { sections } = await run(JSON.stringify({ verb: 'discover', folders: paths }))
  assert.deepEqual(readReport(sections!).folders, [{ path: paths[0], exists: true }, { path: paths[1], exists: true }, { path: paths[2], exists: false }])
  assert.equal(existsSync(join(folder, 'run')), false)
  for (const wrong of ['', '{"verb":"discover"', '{"verb":"discover","folders":["a\\u0041"]}', '["verb"', '{"verb" "discover"}']) assert.equal((await run(wrong)).error, 'bad-input', wrong)
  assert.equal((await run('{"verb":"rm"}')).error, 'bad-verb')
})

test('a host without the usual programs is described as far as it goes', async () => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  // The script's own PATH begins with the caller's: what shadows these is not there.
  for (const name of ['ip', 'dpkg-query', 'rpm', 'date', 'ovs-vsctl', 'uname']) { writeFileSync(join(bin, name), '#!/bin/sh\nexit 127\n', { mode: 0o755 }) }
  const { sections } = await run('{"verb":"discover","folders":[]}', { env: { PATH: `${bin}:${process.env.PATH}` } })
  const report = readReport(sections!)
  assert.deepEqual([report.timeMs, report.kernel, report.openVswitchVersion, report.packages], [null, null, null, []])
  assert.ok(report.nics.every(({ addresses, management }) => addresses === null && !management), 'nothing tells which card must not be taken')
  assert.equal(report.cpu!.threads, readdirSync('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name) && existsSync(`/sys/devices/system/cpu/${name}/topology`)).length)
})

test('guests that libvirt starts at boot are told of where its service is enabled, and only there', async () => {
  const bin = join(folder, 'systemd')
  mkdirSync(bin)
  const told = async (state: string) => {
    writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n[ "$*" = "is-enabled libvirt-guests.service" ] && echo ${state}\n`, { mode: 0o755 })
    return readReport((await run('{"verb":"discover","folders":[]}', { env: { PATH: `${bin}:${process.env.PATH}` } })).sections!).startsGuestsAtBoot
  }
  for (const state of ['disabled', 'masked', "''"]) assert.equal(await told(state), false, state)
  // What it does when it is enabled stands in the files of this machine, where it has libvirt.
  const settings = ['/usr/lib/libvirt/libvirt-guests.sh', '/usr/libexec/libvirt-guests.sh', '/etc/default/libvirt-guests', '/etc/sysconfig/libvirt-guests'].filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8')).join('\n')
  assert.equal(await told('enabled'), settings.match(/^ *ON_BOOT=.*/gm)?.at(-1)?.replaceAll(/["' ]/g, '') !== 'ON_BOOT=ignore')
})

test('a clock is read, and the machine that is reached is known by its address', async () => {
  const ours = await run('{"verb":"discover","folders":[]}')
  const own = readReport(ours.sections!)
  assert.ok(Math.abs(own.timeMs! - Date.now()) < 5_000)
  const address = own.nics.flatMap(({ addresses }) => addresses ?? [])[0]?.split('/')[0]
  if (address === undefined) return
  const { sections } = await run('{"verb":"discover","folders":[]}', { env: { SSH_CONNECTION: `192.0.2.9 4000 ${address} 22` } })
  assert.equal(readReport(sections!).nics.filter(({ management }) => management).length, 1)
})

test('folders are made, and only those that are empty go again', async () => {
  const [outer, inner, full] = [join(folder, 'outer'), join(folder, 'outer/inner'), join(folder, 'full')]
  const order = { mark: 'm', bridges: [], folders: [outer, inner, full] }
  for (let time = 0; time < 2; time++) assert.deepEqual(await run(JSON.stringify({ verb: 'prepare', ...order })), { ok: true })
  writeFileSync(join(full, 'data'), '')
  for (let time = 0; time < 2; time++) assert.deepEqual(await run(JSON.stringify({ verb: 'unprepare', ...order })), { ok: true })
  assert.deepEqual([existsSync(outer), existsSync(join(full, 'data'))], [false, true])
  writeFileSync(join(folder, 'file'), '')
  assert.partialDeepStrictEqual(await run(JSON.stringify({ verb: 'prepare', ...order, folders: [join(folder, 'file')] })), { ok: false, error: 'folder-failed', subject: join(folder, 'file') })
})

test('our key alone is restricted, and the file comes back unless its asker says to keep it', async () => {
  const file = join(folder, '.ssh/authorized_keys')
  mkdirSync(join(folder, '.ssh'))
  const before = '# ssh-ed25519 AAAAours noted\nssh-ed25519 AAAAtheirs me\nfrom="10.0.0.0/8" ssh-ed25519 AAAAours kloudak@h\n'
  writeFileSync(file, before, { mode: 0o600 })
  const ask = (reply?: string) => run('{"verb":"restrict","type":"ssh-ed25519","blob":"AAAAours"}', reply === undefined ? {} : { reply })
  assert.equal((await ask()).ok, true)
  assert.equal(readFileSync(file, 'utf8'), before, 'whoever asked is gone')
  assert.equal((await ask('keep\n')).ok, true)
  const restricted = '# ssh-ed25519 AAAAours noted\nssh-ed25519 AAAAtheirs me\nrestrict,port-forwarding,command="/bin/false",from="10.0.0.0/8" ssh-ed25519 AAAAours kloudak@h\n'
  assert.equal(readFileSync(file, 'utf8'), restricted)
  assert.deepEqual(readdirSync(join(folder, '.ssh')), ['authorized_keys'])
  assert.equal((await ask('keep\n')).error, 'key-has-command')
  assert.equal((await run('{"verb":"restrict","type":"ssh-ed25519","blob":"AAAAnobody"}')).error, 'key-not-found')
  assert.equal(readFileSync(file, 'utf8'), restricted)
})

test('a shell without awk says so', async () => {
  const bare = join(folder, 'bare')
  mkdirSync(bare)
  symlinkSync('/bin/sh', join(bare, 'sh'))
  const child = spawn('/bin/sh', ['-c', script.replace(/PATH=\$PATH\S*/, `PATH=${bare}`)], { stdio: ['pipe', 'pipe', 'ignore'] })
  let said = ''
  for await (const text of child.stdout.setEncoding('utf8')) said += String(text)
  assert.deepEqual(JSON.parse(said), { ok: false, error: 'no-tools', subject: 'awk, sed or tr', detail: '' })
})
