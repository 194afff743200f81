import type { Em } from '../../server/db/orm.ts'
import { dueRepairs, openDrift, resolveDrift, writeDrift } from '../../server/db/queries/drift.ts'
import type { OpenDrift, Scope } from '../../server/db/queries/drift.ts'
import { keyOf } from '../../server/model/drift.ts'
import type { Finding } from '../../server/model/drift.ts'
import { busyOf } from './look.ts'
import type { Look } from './look.ts'

/** Begins the work that mends one difference, in the transaction given. */
export type BeginRepair = (em: Em, drift: OpenDrift) => Promise<void>

export async function openIn(em: Em, scopes: readonly Scope[]): Promise<OpenDrift[]> {
  const open: OpenDrift[] = []
  for (const scope of scopes) open.push(...await openDrift(em, scope))
  return open
}

/**
 * Writes what two looks, some time apart, both found, and ends what the second did not find any more; then has mended what
 * is mended by itself. What a VM is concerned in on which work is open stays as it was. One short transaction of the caller's.
 */
export async function settle(em: Em, first: Look, second: Look, begin: BeginRepair): Promise<Finding[]> {
  const open = await openIn(em, second.scopes)
  const isBusy = await busyOf(em, [...second.findings.values(), ...open])
  const confirmed = [...second.findings].filter(([key, finding]) => first.findings.has(key) && !isBusy(finding)).map(([, finding]) => finding)
  const fresh = await writeDrift(em, confirmed, performance.now() - first.atMs)
  await resolveDrift(em, open.filter((drift) => !second.findings.has(keyOf(drift)) && !isBusy(drift)).map(({ id }) => id))
  for (const scope of second.scopes) {
    for (const drift of await dueRepairs(em, scope)) if (second.findings.has(keyOf(drift))) await begin(em, drift)
  }
  return fresh
}
