// Ceph's list of clients that are cut off, without Ceph: for what a real cluster does not do when a test wants it.
import type { Run } from '../../jobs/fencing/ceph.ts'
import type { ProgramRun } from '../../jobs/fencing/run-program.ts'

export interface FakeCeph {
  run: Run
  /** What each cluster has cut off, and until when, by its first monitor. */
  lists: Map<string, Map<string, string>>
  runs: ProgramRun[]
  /** `MONITOR VERB`: gives no answer. With `late:` before it, it does what it was asked all the same. */
  silent: Set<string>
}

export function fakeCeph(...silent: string[]): FakeCeph {
  const ceph: FakeCeph = { run: (asked) => Promise.resolve(answer(ceph, asked)), lists: new Map(), runs: [], silent: new Set(silent) }
  return ceph
}

function answer({ lists, runs, silent }: FakeCeph, asked: ProgramRun): Awaited<ReturnType<Run>> {
  runs.push(asked)
  const args = asked.args!
  const monitor = args[args.indexOf('--mon-host') + 1]!.split(',')[0]!
  const list = lists.get(monitor) ?? new Map<string, string>()
  lists.set(monitor, list)
  const [verb, entry, seconds] = args.slice(args.indexOf('blocklist') + 1)
  for (const [known, until] of list) if (new Date(until.replace('+0000', 'Z')).getTime() < Date.now()) list.delete(known)
  const none = { code: 110, output: '', said: 'Connection timed out' }
  if (silent.has(`${monitor} ${verb}`)) return none
  if (verb === 'add') list.set(entry!, new Date(Date.now() + Number(seconds) * 1_000).toISOString().replace('Z', '+0000'))
  if (verb === 'rm' && !list.delete(entry!)) return { code: 2, output: '', said: `Error ENOENT: ${entry} isn't blocklisted` }
  if (silent.has(`late:${monitor} ${verb}`)) return none
  return { code: 0, output: verb === 'ls' ? ['', ...[...list].map(([known, until]) => `${known} ${until}`), ''].join('\n') : '', said: `listed ${list.size} entries` }
}
