import type { Em } from '../../server/db/orm.ts'
import { notePoolMarked, ownershipOf, poolsOfHost } from '../../server/db/queries/host-review.ts'
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { quarrelOf } from '../../server/model/host-inventory.ts'
import type { Claim, HostInventory, Ownership, SeenVm } from '../../server/model/host-inventory.ts'
import { readClaim, writeMarker } from './marker.ts'

/** Of a pool that the host does not have, or has not started, nothing can be said. */
const isAway = (error: unknown) => error instanceof KloudakError && (error.code === 'NOT_FOUND' || error.code === 'WRONG_STATE')
/** Nor of one that the host fails to read. */
const isBroken = (error: unknown) => isAway(error) || (error instanceof KloudakError && error.code === 'INTERNAL')

interface FoundPool { poolId: string; name: string; pool: PoolRef; claim: Claim; wasMarked: boolean }

async function claimsOf(em: Em, hostId: string, hypervisor: HypervisorDriver, isPassedOver = isAway, only?: ReadonlySet<string>): Promise<FoundPool[]> {
  const found = []
  for (const { id, name, ref: pool, wasMarked } of await poolsOfHost(em, hostId)) {
    if (only && !only.has(id)) continue
    try { found.push({ poolId: id, name, pool, claim: await readClaim(hypervisor, pool), wasMarked }) } catch (error) { if (!isPassedOver(error)) throw error }
  }
  return found
}

export async function seenVms(hypervisor: HypervisorDriver): Promise<SeenVm[]> {
  return (await hypervisor.listVms()).map(({ domainUuid, power, owner, startedPaused }) => ({ domainUuid, power, isHeld: startedPaused, owner: owner ?? null }))
}

/**
 * Holds the markers of the area's pools, and the domains' metadata, against these books. A pool that never
 * had a marker gets ours, unless something speaks against it. `lenient`: a pool that the host fails to read keeps nobody from what lies elsewhere.
 * @returns why Kloudak must keep its hands off, as a sentence; undefined when it need not
 */
export async function checkOwnership(em: Em, hostId: string, hypervisor: HypervisorDriver, { lenient }: { lenient: boolean }): Promise<string | undefined> {
  const own = await ownershipOf(em)
  const claims = await claimsOf(em, hostId, hypervisor, lenient ? isBroken : isAway)
  const vms = await seenVms(hypervisor)
  let quarrel = quarrelOf(own, { vms, pools: claims })
  if (quarrel !== undefined) {
    // A pool that is being deleted loses its marker: what was read may be older than the books are by now.
    const standing = new Set((await poolsOfHost(em, hostId)).map(({ id }) => id))
    quarrel = quarrelOf(own, { vms, pools: claims.filter(({ poolId }) => standing.has(poolId)) })
  }
  if (quarrel === undefined) await claim(em, own, hypervisor, claims)
  return quarrel
}

/** Noted only once it is written: a marker that a crash kept from being noted is noted by the next who sees it. */
async function claim(em: Em, own: Ownership, hypervisor: HypervisorDriver, claims: readonly FoundPool[]): Promise<void> {
  for (const { poolId, pool, claim: found, wasMarked } of claims) {
    if (found.kind === 'absent') await writeMarker(hypervisor, pool, { ...own, poolId })
    if (!wasMarked) await notePoolMarked(em, poolId)
  }
}

/** Marks the host's pools as these books', whatever their markers say: the review's act. */
export async function claimPools(em: Em, hostId: string, hypervisor: HypervisorDriver): Promise<void> {
  const own = await ownershipOf(em)
  for (const { poolId, pool, claim: found, wasMarked } of await claimsOf(em, hostId, hypervisor)) {
    if (found.kind !== 'claimed' || found.generation !== own.generation || found.epoch !== own.epoch) await writeMarker(hypervisor, pool, { ...own, poolId })
    if (!wasMarked) await notePoolMarked(em, poolId)
  }
}

export async function seenPorts(fabric: FabricDriver): Promise<HostInventory['ports']> {
  const ports = (await fabric.listPorts()).map(({ portId, vlan, domainUuid }) => ({ portId, vlan: vlan ?? null, domainUuid: domainUuid ?? null }))
  return ports.sort((a, b) => (a.portId < b.portId ? -1 : 1))
}

/** The pools that the host can read now, those of `only` when given. */
export async function seenPools(em: Em, hostId: string, hypervisor: HypervisorDriver, only?: ReadonlySet<string>): Promise<HostInventory['pools']> {
  const pools: HostInventory['pools'] = []
  for (const { poolId, name, pool, claim: found } of await claimsOf(em, hostId, hypervisor, isAway, only)) {
    pools.push({ poolId, name, claim: found, volumes: (await hypervisor.listVolumes(pool)).map(({ name }) => name) })
  }
  return pools
}

/** All that a review compares with the books. Only reads. */
export async function takeInventory(em: Em, hostId: string, hypervisor: HypervisorDriver, fabric: FabricDriver): Promise<HostInventory> {
  const [pools, ports] = [await seenPools(em, hostId, hypervisor), await seenPorts(fabric)]
  return { vms: await seenVms(hypervisor), pools, ports }
}
