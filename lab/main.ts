// npm run lab: see `usage`.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { canRunLab } from './can-run.ts'
import { LabError } from './errors.ts'
import { createLab, openLab, removeLab, type Lab } from './lab.ts'
import { buildDebianImage } from './guest/debian.ts'
import { buildGuestImage } from './guest/image.ts'
import { installPackages } from './packages.ts'
import { startCeph } from './storage/ceph.ts'
import { startGluster } from './storage/gluster.ts'
import { defaultImageFolder, links, type Link } from './state.ts'

const usage = `npm run lab -- [--name NAME] COMMAND
  up N            N hosts, all powered on (installs Debian packages when some are missing)
  down            end the lab and take everything away
  status          the hosts, their addresses, what is cut
  kill I          power loss of host I
  start I         power on
  freeze I        stop every process of host I where it stands; thaw I lets them go on
  cut I LINK      cut one cable of host I: ${links.join(', ')}
  heal I [LINK]   mend it, or all of them
  exec I CMD...   run a program on host I
  gluster         serve GlusterFS from all hosts to all hosts, and say how a pool of it is made
  ceph            run a small Ceph cluster on host 1, and say how a pool of it is made
  image [debian]  build the small guest image, or a Debian 12 cloud image, and say where it is`

async function main(argv: string[]): Promise<number> {
  // What follows `exec` is the other program's: its options stay its own.
  const end = argv.includes('exec') ? argv.indexOf('exec') + 1 : argv.length
  const { values, positionals } = parseArgs({ args: argv.slice(0, end), allowPositionals: true, options: { name: { type: 'string', default: 'default' } } })
  const [command, ...args] = [...positionals, ...argv.slice(end)]
  const name = values.name
  if (command === 'up') return await up(name, numberOf(args[0] ?? '2'))
  if (command === 'down') { await removeLab({ name }); return 0 }
  if (command === 'image') return await image(args[0])
  const lab = openLab({ name })
  if (command === 'status' && !lab) { console.log(`there is no lab ${name}`); return 0 }
  if (!command || !['status', 'kill', 'start', 'freeze', 'thaw', 'cut', 'heal', 'exec', 'gluster', 'ceph'].includes(command)) { console.error(usage); return 2 }
  if (!lab) throw new LabError('not_found', `there is no lab ${name}; make one with: npm run lab -- up 2`)
  if (command === 'status') { await printStatus(lab); return 0 }
  if (command === 'gluster' || command === 'ceph') return await storage(lab, command)
  const index = numberOf(args[0])
  if (command === 'kill') await lab.kill(index)
  if (command === 'start') await lab.start(index)
  if (command === 'freeze') await lab.freeze(index)
  if (command === 'thaw') await lab.thaw(index)
  if (command === 'cut') await lab.cut(index, linkOf(args[1]))
  if (command === 'heal') await lab.heal(index, args[1] === undefined ? undefined : linkOf(args[1]))
  return command === 'exec' ? await exec(lab, index, args.slice(1)) : 0
}

async function up(name: string, hosts: number): Promise<number> {
  const able = await canRunLab()
  if (able !== true) throw new LabError('unsupported', able)
  await installPackages((line) => console.log(line))
  const started = performance.now()
  const lab = await createLab({ name, hosts })
  console.log(`lab ${name}: ${lab.hosts.length} hosts are up (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  await printStatus(lab)
  return 0
}

async function storage(lab: Lab, kind: 'gluster' | 'ceph'): Promise<number> {
  const start = kind === 'gluster' ? startGluster : startCeph
  console.log(JSON.stringify(await start(lab, { onLine: (line) => console.error(line) }), null, 2))
  return 0
}

async function image(kind: string | undefined): Promise<number> {
  if (kind !== undefined && kind !== 'debian') throw new LabError('not_found', `no such image: ${kind}; there is debian`)
  const build = kind === 'debian' ? buildDebianImage : buildGuestImage
  console.log(JSON.stringify(await build({ folder: defaultImageFolder(), onLine: (line) => console.error(line) }), null, 2))
  return 0
}

async function printStatus(lab: Lab): Promise<void> {
  for (const host of await lab.status()) {
    const state = host.running ? 'running' : 'off'
    console.log(`${String(host.index).padStart(3)}  ${host.name.padEnd(6)} ${host.address.padEnd(15)} ${state.padEnd(8)} ${host.guests} guests${host.cut.length ? `  cut: ${host.cut.join(' ')}` : ''}`)
  }
  console.log(`ssh -i ${lab.hosts[0]?.privateKey.path} root@ADDRESS`)
}

async function exec(lab: Lab, index: number, argv: string[]): Promise<number> {
  const { command, args } = lab.execCommand(index, argv.length ? argv : ['bash'])
  const child = spawn(command, args, { stdio: 'inherit' })
  return await new Promise((resolve, reject) => { child.on('error', reject).on('exit', (code) => resolve(code ?? 137)) })
}

function numberOf(text: string | undefined): number {
  if (!text || !/^[1-9]\d{0,2}$/.test(text)) throw new LabError('not_found', `not a host's number: ${text ?? '(nothing)'}`)
  return Number(text)
}
function linkOf(text: string | undefined): Link {
  const link = links.find((one) => one === text)
  if (!link) throw new LabError('not_found', `not a link: ${text ?? '(nothing)'}; there are ${links.join(', ')}`)
  return link
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof LabError ? error.message : error)
  process.exitCode = 1
}
