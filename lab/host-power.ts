// A lab host's power: its process 1 and everything below it. Which hosts run is read from /proc by a mark in the
// environment, so that no pid file can be stale or point to somebody else's process.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './command.ts'
import { LabError } from './errors.ts'
import { hostFolder, hostName, managementAddress, storageAddress, links, type HostRecord, type LabState } from './state.ts'
import { plugHost, setCables, unplugHost } from './switches.ts'

const initScript = fileURLToPath(new URL('host/init.sh', import.meta.url))
const mark = (folder: string, index: number) => `KLOUDAK_LAB_HOST=${hostFolder(folder, index)}`

/** A host's processes as the machine sees them: `init` is process 1 of the host, `outside` the ones that hold it. */
interface HostProcesses { init: number | undefined; outside: number[] }

/** The processes that carry a host's mark and live outside its pid namespace, or are its process 1. */
export function findHost(folder: string, index: number): HostProcesses {
  const wanted = `\0${mark(folder, index)}\0`
  const found: HostProcesses = { init: undefined, outside: [] }
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !`\0${readProc(entry, 'environ')}`.includes(wanted)) continue
    const inner = /^NSpid:\t(.*)$/m.exec(readProc(entry, 'status'))?.[1]?.split('\t') ?? []
    if (namespaceOf(entry) === namespaceOf('self')) found.outside.push(Number(entry))
    else if (inner.at(-1) === '1') found.init = Number(entry)
  }
  return found
}

function readProc(pid: string, file: string): string {
  // A process may end between listing and reading.
  try { return readFileSync(`/proc/${pid}/${file}`, 'latin1') } catch { return '' }
}
function namespaceOf(pid: string): string {
  try { return readlinkSync(`/proc/${pid}/ns/pid`) } catch { return '' }
}

/** Whether a host has come up fully: booted to the end of its init script. */
export function isReady(init: number | undefined): boolean {
  return init !== undefined && existsSync(`/proc/${init}/root/run/kloudak-lab-ready`)
}

/** Powers a host on and waits until its services listen. Whatever was left of it is powered off first. */
export async function powerOn(folder: string, state: LabState, host: HostRecord, timeoutMs = 120_000): Promise<void> {
  await powerOff(folder, host.index)
  const disk = hostFolder(folder, host.index)
  const log = openSync(join(disk, 'boot.log'), 'w')
  // A session of its own, and no descriptor of ours but the ones given: the host outlives whoever started it.
  const child = spawn('unshare', ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--mount-proc', '--kill-child', initScript], {
    cwd: disk, detached: true, stdio: ['pipe', log, log, 'pipe'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', KLOUDAK_LAB_HOST: disk,
      HOST_NAME: hostName(host.index), HOST_UUID: host.hostUuid, MANAGEMENT_CIDR: `${managementAddress(state, host.index)}/24`, STORAGE_CIDR: `${storageAddress(host.index)}/24`, BARE: host.bare ? 'yes' : '',
    },
  })
  closeSync(log)
  const stages = stageReader(child.stdio[3] as Readable)
  child.stdin!.on('error', () => undefined)
  try {
    const exit = new Promise<never>((_resolve, reject) => {
      child.once('error', (cause) => reject(new LabError('command', `cannot run unshare: ${cause.message}`, { cause })))
      child.once('exit', (code, signal) => reject(new LabError('command', `host ${host.index} ended while it started (${signal ?? code}): ${bootLog(disk)}`)))
    })
    const timeout = timeoutAfter(timeoutMs, () => new LabError('timeout', `host ${host.index} was not up after ${timeoutMs / 1000} s: ${bootLog(disk)}`))
    try {
      await Promise.race([exit, timeout.promise, stages('namespaces')])
      const { init } = findHost(folder, host.index)
      if (init === undefined) throw new LabError('command', `host ${host.index} ended while it started: ${bootLog(disk)}`)
      await plugHost(folder, state, host.index, init)
      child.stdin!.end('go\n')
      await Promise.race([exit, timeout.promise, stages('ready')])
    } finally {
      exit.catch(() => undefined)
      timeout.clear()
    }
  } catch (error) {
    await powerOff(folder, host.index)
    throw error
  } finally {
    child.stdio[3]?.destroy()
    child.stdin!.destroy()
    child.unref()
  }
}

/**
 * Takes a host's power away. The cables go first, or the dying processes' sockets would say goodbye to their peers;
 * then process 1, and with it, by the kernel's hand, every process of the host. Returns when all of them are gone, and
 * with them every lock they held on shared storage. Absence is success.
 */
export async function powerOff(folder: string, index: number): Promise<void> {
  const { init, outside } = findHost(folder, index)
  if (init !== undefined) await setCables(folder, index, links, false).catch(() => undefined)
  for (const pid of init === undefined ? outside : [init]) kill(pid)
  await until(`host ${index} to be gone`, () => { const left = findHost(folder, index); return left.init === undefined && left.outside.length === 0 })
  await unplugHost(folder, index)
}

/**
 * Sends a signal to every process of a host. Again until no new one is found, since a process may be born while the others
 * are being stopped. Absence is success.
 */
export async function signalHost(folder: string, index: number, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const { init } = findHost(folder, index)
  if (init === undefined) return
  const namespace = namespaceOf(String(init))
  const reached = new Set<string>()
  for (let found = true; found;) {
    found = false
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry) || reached.has(entry) || namespaceOf(entry) !== namespace) continue
      reached.add(entry)
      found = true
      try { process.kill(Number(entry), signal) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error }
    }
  }
}

function kill(pid: number): void {
  try { process.kill(pid, 'SIGKILL') } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error }
}

/** Resolves each awaited stage once its line has come through the pipe. */
function stageReader(pipe: Readable): (stage: string) => Promise<void> {
  const seen = new Set<string>()
  const waiting = new Map<string, () => void>()
  createInterface({ input: pipe }).on('line', (line) => { seen.add(line); waiting.get(line)?.() })
  return (stage) => new Promise((resolve) => { if (seen.has(stage)) resolve(); else waiting.set(stage, resolve) })
}

function timeoutAfter(ms: number, error: () => Error): { promise: Promise<never>; clear: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const timer = setTimeout(() => reject(error()), ms)
  return { promise, clear: () => clearTimeout(timer) }
}

function bootLog(disk: string): string {
  try { return readFileSync(join(disk, 'boot.log'), 'utf8').trim().split('\n').slice(-5).join('\n') } catch { return '(no boot log)' }
}
