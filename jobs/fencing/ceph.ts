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
const exit = { ok: 0, notThere: 2 } as const
/** For examples alone (RFC 5737): asking for its entry to be taken away shows whether the user may do so. */
const nobody = '192.0.2.1'

/** All clients at an address, whatever their port and number. */
const entryOf = (address: string) => (address.includes(':') ? `[${address}]:0/0` : `${address}:0/0`)

/** Asks the cluster's monitors. Its key is in the environment, where no list of processes shows it. */
async function ask(run: Run, { monitors, user, secret }: CephCluster, command: readonly string[], signal: AbortSignal | undefined, good: readonly number[] = [exit.ok]): Promise<string> {
  const { code, output, said } = await run({
    ...ceph, args: ['--conf', '/dev/null', '--mon-host', monitors.join(','), '--id', user, '--connect-timeout', '10', 'osd', 'blocklist', ...command],
    env: { CEPH_ARGS: `--key=${secret}` }, secrets: [secret], timeoutMs, signal,
  })
  if (!good.includes(code)) throw new KloudakError('UNAVAILABLE', `Ceph does not answer as it should${said ? `: ${said}` : '.'}`, { remedy: `Workers must reach the monitors of the pool, and client.${user} needs the capability mon 'profile rbd, allow command "osd blocklist"'.` })
  return output
}

/** How long the cluster goes on serving no client at the address, in milliseconds; undefined when it serves them. */
async function entryEndsIn(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<number | undefined> {
  // Address and end in each line; what else it says of itself is none.
  const ends = (await ask(run, cluster, ['ls'], signal)).split('\n').flatMap((line) => { const [entry, until] = line.trim().split(' '); return entry === entryOf(address) && until !== undefined ? [until] : [] })
  return ends.length === 0 ? undefined : new Date(ends[0]!.replace(/\+0000$/, 'Z')).getTime() - Date.now()
}

/** Whether the cluster serves no client at the address, for a year at least. @throws KloudakError UNAVAILABLE also when an entry could not be taken away again */
export async function isCutOff(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<boolean> {
  await ask(run, cluster, ['rm', entryOf(nobody)], signal, [exit.ok, exit.notThere])
  return (await entryEndsIn(run, cluster, address, signal) ?? 0) > longAheadMs
}

/** From now on no client at the address writes: those who come to the cluster later have it refuse what was under way. */
export async function cutOff(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<void> {
  await ask(run, cluster, ['add', entryOf(address), String(forSeconds)], signal)
}

/** Clients at the address may come again. */
export async function letIn(run: Run, cluster: CephCluster, address: string, signal?: AbortSignal): Promise<void> {
  if (await entryEndsIn(run, cluster, address, signal) !== undefined) await ask(run, cluster, ['rm', entryOf(address)], signal, [exit.ok, exit.notThere])
}
