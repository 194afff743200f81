// Real hypervisor hosts on one Linux machine, each in namespaces of its own: libvirt, QEMU, Open vSwitch and sshd as
// they are on a rack, without the rack. See docs/lab.md.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, type Outcome, type RunOptions } from './command.ts'
import { LabError } from './errors.ts'
import { findHost, isReady, powerOff, powerOn, signalHost } from './host-power.ts'
import { makeAccessKey, makeHostDisk } from './host-disk.ts'
import { bmcOf, startBmc, stopBmcs, type Bmc } from './ipmi.ts'
import { exclusively } from './mutex.ts'
import { defaultFolder, hostFolder, hostName, labId, managementAddress, newHostRecord, newState, readState, storageAddress, writeState, type HostRecord, type LabState, type Link } from './state.ts'
import { cutCables, makeSwitches, removeSwitches, setCables, switchesExist } from './switches.ts'

export interface LabHost {
  /** From 1. */
  index: number
  name: string
  /** On the management network; the machine reaches it. */
  address: string
  /** On the storage network, which only hosts see. */
  storageAddress: string
  sshPort: number
  sshUser: string
  /** Signs in to every host of this lab. OpenSSH format. */
  privateKey: { path: string; text: string }
  /** `line` as in known_hosts without the name: 'ssh-ed25519 AAAA...'; `fingerprint`: 'SHA256:...'. */
  hostKey: { line: string; fingerprint: string }
  hostUuid: string
  /** The shared folder, at the same path on every host. */
  poolPath: string
  publicBridge: string
  trunkBridge: string
  /** Where the lab was made with BMCs. */
  ipmi?: Bmc
}

export interface LabHostStatus { index: number; name: string; address: string; running: boolean; cut: Link[]; guests: number }

export interface Lab {
  name: string
  folder: string
  hosts: LabHost[]
  /** Where the machine itself sees the shared folder. */
  poolFolder: string
  /** Power loss, as sudden as pulling the plug; the disk keeps what was written. */
  kill(index: number): Promise<void>
  /** Powers a host on; nothing happens when it runs. Its identity and disk are as before. */
  start(index: number): Promise<void>
  /** Stops every process of a host where it stands (SIGSTOP): it holds its disks and addresses, and does nothing. */
  freeze(index: number): Promise<void>
  /** Lets a frozen host go on; nothing happens to one that was switched off meanwhile. */
  thaw(index: number): Promise<void>
  cut(index: number, link: Link): Promise<void>
  /** Mends one cable, or all of them. */
  heal(index: number, link?: Link): Promise<void>
  /** Runs a program (no shell) as root on a host and gives its outcome, whatever the exit code. */
  exec(index: number, argv: readonly string[], options?: RunOptions): Promise<Outcome>
  /** The program and arguments that run `argv` on a host, for a caller that wires up standard input and output. */
  execCommand(index: number, argv: readonly string[]): { command: string; args: string[] }
  status(): Promise<LabHostStatus[]>
  /** Ends the lab: processes, networks, folder. */
  down(): Promise<void>
}

export interface CreateLabOptions {
  name: string
  hosts: number
  folder?: string
  /** Gives each host a BMC that speaks IPMI 2.0. Needs the packages `ipmiPackages`. */
  ipmi?: boolean
  /** New hosts have no bridges, no pool and nobody's key: the shared folder is mounted at /srv/shared, and that is all. */
  bare?: boolean
}

/**
 * Brings a lab up to at least `hosts` hosts, all of them powered on; on one that is up already it changes nothing and
 * takes milliseconds. What a crash left half-built is built anew. Errors: LabError.
 */
export async function createLab({ name, hosts, bare = false, folder = defaultFolder(name), ipmi = false }: CreateLabOptions): Promise<Lab> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return await exclusively(labId(folder), async () => {
    const state = readState(folder) ?? newState(folder, name)
    for (let index = 1; index <= hosts; index++) if (!state.hosts.some((host) => host.index === index)) state.hosts.push(newHostRecord(index, bare))
    mkdirSync(join(folder, 'pool'), { recursive: true })
    mkdirSync(join(folder, 'hosts'), { recursive: true })
    await makeAccessKey(folder)
    // Written before anything is started, so that whatever happens next the following command finds it.
    writeState(folder, state)
    if (!state.network || !(await switchesExist(state))) {
      // Hosts without their networks are what a crash left: their cables are gone and cannot come back.
      for (const { index } of state.hosts) await powerOff(folder, index)
      state.network = await makeSwitches(folder, state)
      writeState(folder, state)
    }
    await settleAll(state.hosts.map((host) => ensureOn(folder, state, host)))
    if (ipmi) await settleAll(state.hosts.map(({ index }) => startBmc(folder, state, index)))
    return openState(folder, state)
  })
}

/** The lab in a folder, running or not; undefined when there is none. Changes nothing. */
export function openLab({ name, folder = defaultFolder(name) }: { name: string; folder?: string }): Lab | undefined {
  const state = readState(folder)
  if (!state?.network || state.hosts.some(({ index }) => !existsSync(hostFolder(folder, index)))) return undefined
  return openState(folder, state)
}

/** Takes a lab away, whole or half-built. Absence is success. */
export async function removeLab({ name, folder = defaultFolder(name) }: { name: string; folder?: string }): Promise<void> {
  const id = existingId(folder)
  if (id === undefined) return
  await exclusively(id, async () => {
    // Whoever held the lock may have been taking it away as well.
    if (existingId(folder) === undefined) return
    const state = readState(folder) ?? newState(folder, name)
    // First, or one of them could power its host on again.
    await stopBmcs(folder)
    await settleAll(state.hosts.map(({ index }) => powerOff(folder, index)))
    await removeSwitches(folder, state)
    rmSync(folder, { recursive: true, force: true })
  })
}

function existingId(folder: string): string | undefined {
  try {
    return labId(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function ensureOn(folder: string, state: LabState, host: HostRecord): Promise<void> {
  if (isReady(findHost(folder, host.index).init)) return
  await makeHostDisk(folder, state, host)
  await powerOn(folder, state, host)
}

function openState(folder: string, state: LabState): Lab {
  const initOf = (index: number) => {
    known(index)
    const { init } = findHost(folder, index)
    if (init === undefined) throw new LabError('not_running', `host ${index} of lab ${state.name} is powered off`)
    return init
  }
  const known = (index: number) => {
    const host = state.hosts.find((one) => one.index === index)
    if (!host) throw new LabError('not_found', `lab ${state.name} has no host ${index}`)
    return host
  }
  const execCommand: Lab['execCommand'] = (index, argv) => ({
    command: 'nsenter',
    args: ['--target', String(initOf(index)), '--mount', '--uts', '--ipc', '--net', '--pid', '--wd=/root', '--', 'env', '-i', 'HOME=/root', 'LANG=C.UTF-8', `TERM=${process.env.TERM ?? 'dumb'}`, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', ...argv],
  })
  const locked = <T>(work: () => Promise<T>) => exclusively(labId(folder), work)
  return {
    name: state.name,
    folder,
    hosts: state.hosts.map((host) => describeHost(folder, state, host)),
    poolFolder: join(folder, 'pool'),
    kill: (index) => locked(() => powerOff(folder, known(index).index)),
    start: (index) => locked(() => ensureOn(folder, state, known(index))),
    freeze: async (index) => { initOf(index); await signalHost(folder, index, 'SIGSTOP') },
    thaw: async (index) => { known(index); await signalHost(folder, index, 'SIGCONT') },
    cut: async (index, link) => { initOf(index); await setCables(folder, index, [link], false) },
    heal: async (index, link) => { initOf(index); await setCables(folder, index, link ? [link] : ['mgmt', 'public', 'trunk', 'storage'], true) },
    execCommand,
    exec: async (index, argv, options) => { const { command, args } = execCommand(index, argv); return await run(command, args, options) },
    status: () => statusOf(folder, state),
    down: () => removeLab({ name: state.name, folder }),
  }
}

function describeHost(folder: string, state: LabState, { index, hostUuid, bare }: HostRecord): LabHost {
  const keyPath = join(folder, 'keys/id_ed25519')
  const line = readFileSync(join(hostFolder(folder, index), 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  const digest = createHash('sha256').update(Buffer.from(line.split(' ')[1]!, 'base64')).digest('base64').replace(/=+$/, '')
  return {
    index, hostUuid, name: hostName(index), address: managementAddress(state, index), storageAddress: storageAddress(index), sshPort: 22, sshUser: 'root',
    privateKey: { path: keyPath, text: readFileSync(keyPath, 'utf8') }, hostKey: { line, fingerprint: `SHA256:${digest}` },
    poolPath: bare ? '/srv/shared' : '/srv/kloudak/pool', publicBridge: 'public-br', trunkBridge: 'private-br', ipmi: bmcOf(folder, state, index),
  }
}

async function statusOf(folder: string, state: LabState): Promise<LabHostStatus[]> {
  const cut = (await switchesExist(state)) ? await cutCables(folder, state) : new Map<number, Link[]>()
  return state.hosts.map(({ index }) => {
    const { init } = findHost(folder, index)
    return { index, name: hostName(index), address: managementAddress(state, index), running: isReady(init), cut: init === undefined ? [] : cut.get(index) ?? [], guests: countGuests(init) }
  })
}

/** libvirt keeps one file for each domain that runs. */
function countGuests(init: number | undefined): number {
  try {
    return readdirSync(`/proc/${init}/root/run/libvirt/qemu`).filter((file) => file.endsWith('.xml')).length
  } catch { return 0 }
}

/** Waits for all before it fails, so that nothing goes on behind the caller's back. */
async function settleAll(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).filter((result) => result.status === 'rejected')
  if (failed.length === 1) throw failed[0]!.reason
  if (failed.length) throw new AggregateError(failed.map(({ reason }) => reason as Error), `${failed.length} hosts failed: ${String(failed[0]!.reason)}`)
}
