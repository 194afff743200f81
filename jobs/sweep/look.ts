import type { Db, Em } from '../../server/db/orm.ts'
import { booksFindings, booksKinds, booksOfPool, busyVms } from '../../server/db/queries/drift-books.ts'
import { judgedHost, vmsElsewhere } from '../../server/db/queries/drift.ts'
import type { Scope } from '../../server/db/queries/drift.ts'
import { ownershipOf, vmsOnHost } from '../../server/db/queries/host-review.ts'
import type { CallControl } from '../../server/hypervisor/driver.ts'
import { hostFindings, keyOf, poolFindings } from '../../server/model/drift.ts'
import type { DriftKind, Finding } from '../../server/model/drift.ts'
import type { HostInventory, Ownership } from '../../server/model/host-inventory.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import { seenPools, seenPorts, seenVms } from '../review/look.ts'

const hostKinds = ['vm-missing', 'vm-extra', 'vm-power', 'port-missing', 'port-extra', 'port-vlan'] as const satisfies DriftKind[]
const poolKinds = ['volume-missing', 'volume-extra', 'seed-missing'] as const satisfies DriftKind[]

/** What one look found, and of what it can speak at all. */
export interface Look {
  findings: ReadonlyMap<string, Finding>
  scopes: Scope[]
  atMs: number
}

const lookOf = (findings: readonly Finding[], scopes: Scope[]): Look => ({ findings: new Map(findings.map((finding) => [keyOf(finding), finding])), scopes, atMs: performance.now() })

export interface HostToLookAt { db: Db; sessions: HostSessions; hostId: string; control: CallControl }

/**
 * Compares the host, and these of its pools, with the books; undefined while it may not be judged. The host is read before
 * the books, so that what is just being made is in these already. Errors as HostSessions.hypervisor.
 */
export async function lookAtHost({ db, sessions, hostId, control }: HostToLookAt, poolIds: ReadonlySet<string>): Promise<Look | undefined> {
  const em = db.em.fork()
  const judged = await judgedHost(em, hostId)
  if (!judged) return undefined
  const place = { ...judged, hostId }
  const [hypervisor, fabric] = [await sessions.hypervisor(hostId, control), await sessions.fabric(hostId, control)]
  const pools = poolIds.size > 0 ? await seenPools(em, hostId, hypervisor, poolIds) : []
  const seen = { vms: await seenVms(hypervisor), ports: await seenPorts(fabric) }
  const [own, vms] = [await ownershipOf(em), await vmsOnHost(em, hostId)]
  const known = new Set(vms.map(({ domainUuid }) => domainUuid))
  const strange = seen.vms.filter(({ domainUuid, owner }) => !known.has(domainUuid) && owner?.installationId === own.installationId)
  const elsewhere = strange.length > 0 ? await vmsElsewhere(em, hostId, strange.map(({ domainUuid }) => domainUuid)) : []
  const ours = pools.filter((pool) => isOurs(own, pool))
  return lookOf([...hostFindings(own, place, vms, seen, elsewhere), ...await inPools(em, place.areaId, ours)], [{ kinds: hostKinds, hostId }, { kinds: poolKinds, poolIds: ours.map(({ poolId }) => poolId) }])
}

/** What stands in a folder that is not marked as ours says nothing of our volumes: the pool may not be mounted. */
const isOurs = ({ installationId, epoch }: Ownership, { claim }: HostInventory['pools'][number]) => claim.kind === 'claimed' && claim.installationId === installationId && claim.epoch === epoch

async function inPools(em: Em, areaId: string, pools: HostInventory['pools']): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const pool of pools) findings.push(...poolFindings(areaId, await booksOfPool(em, pool.poolId), pool))
  return findings
}

/** Holds the books against themselves. */
export async function lookAtBooks(em: Em): Promise<Look> {
  return lookOf(await booksFindings(em), [{ kinds: booksKinds }])
}

/** Those of the VMs that work is open on: nothing is concluded of them. */
export async function busyOf(em: Em, findings: Iterable<{ vmId: string | null }>): Promise<(finding: { vmId: string | null }) => boolean> {
  const ids = [...new Set([...findings].flatMap(({ vmId }) => vmId ?? []))]
  const busy = ids.length > 0 ? await busyVms(em, ids) : new Set()
  return ({ vmId }) => vmId !== null && busy.has(vmId)
}
