// Ceph's own list of clients that it lets read and write no more, by the program that administrators use: `ceph osd blocklist`.
import { KloudakError } from '../../server/model/errors.ts'
import type { Program, ProgramRun } from './run-program.ts'

/** A cluster as a pool of it is reached. `monitors`: address and port each; `secret`: the key of the user, in base64. */
export interface CephCluster { monitors: readonly string[]; user: string; secret: string }

export type Run = (run: ProgramRun) => Promise<{ code: number; output: string; said: string }>

const ceph: Program = { path: '/usr/bin/ceph', package: 'ceph-common' }
// An entry must have an end. This one is taken away when the host has been cleaned up.
const forSeconds = 10 * 365 * 86_400
const longAheadMs = 365 * 86_400_000
const timeoutMs = 30_000

/** All clients at an address, whatever their port and number. */
const entryOf = (address: string) => (address.includes(':') ? `[${address}]:0/0` : `${address}:0/0`)

/** Asks the cluster's monitors. Its key is in the environment, where no list of processes shows it. */
async function ask(run: Run, { monitors, user, secret }: CephCluster, command: readonly string[], signal?: AbortSignal): Promise<string> {
  const { code, output, said } = await run({
    ...ceph, args: ['--conf', '/dev/null', '--mon-host', monitors.join(','), '--id', user, '--connect-timeout', '10', '--format', 'json', 'osd', 'blocklist', ...command],
    env: { CEPH_ARGS: `--key=${secret}` }, secrets: [secret], timeoutMs, signal,
  })
  if (code !== 0) throw new KloudakError('UNAVAILABLE', `Ceph does not answer as it should${said ? `: ${said}` : '.'}`, { remedy: 'Workers need to reach the monitors of the pool, and its user the capability "profile rbd" on them.' })
  return output
}

interface Entry { addr: string; until: string }

/** Whether the cluster serves no client at the address, for a year at least. */
export async function isCutOff(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<boolean> {
  const entries = JSON.parse(await ask(run, cluster, ['ls'], signal)) as Entry[]
  const end = (until: string) => new Date(until.replace(/\+0000$/, 'Z')).getTime()
  return entries.some(({ addr, until }) => addr === entryOf(address) && end(until) > Date.now() + longAheadMs)
}

/** From now on no client at the address writes: those who come to the cluster later have it refuse what was under way. */
export async function cutOff(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<void> {
  await ask(run, cluster, ['add', entryOf(address), String(forSeconds)], signal)
}

/** Clients at the address may come again. */
export async function letIn(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<void> {
  if (await isCutOff(run, cluster, address, signal)) await ask(run, cluster, ['rm', entryOf(address)], signal)
}
