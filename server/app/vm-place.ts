import { z } from 'zod'
import type { VmMachine } from '../db/entities/vm.ts'
import type { Em } from '../db/orm.ts'
import { lockPool, poolCandidates } from '../db/queries/capacity.ts'
import type { PoolCandidate } from '../db/queries/capacity.ts'
import { bestHosts, takeHost } from '../db/queries/find-host.ts'
import type { AreaToSearch, LockedHost } from '../db/queries/find-host.ts'
import { insertDiskReservation } from '../db/queries/vm-insert.ts'
import { KloudakError } from '../model/errors.ts'
import type { HostCandidate } from '../model/placement/candidate.ts'
import { canUse } from '../model/placement/request.ts'
import type { PlacementRequest } from '../model/placement/request.ts'
import { formatBytes } from '../model/units.ts'
import { TryAgain } from './retry.ts'
import type { Ground } from './vm-ground.ts'

/** The facts of a host that a VM is born with (decision 15), as its enrolment stored them. */
const birthFacts = z.object({ domainType: z.enum(['kvm', 'qemu']), emulator: z.string(), architecture: z.string(), machineType: z.string(), cpuModel: z.string() })

export interface Place { host: HostCandidate; machine: VmMachine; pool: PoolCandidate }

/**
 * Chooses pool and host, and holds the host's lock until the transaction ends. The choice is made from an unlocked look
 * at the hosts and proven under the lock of the one; when it no longer holds there, everything is looked at again.
 */
export async function findPlace(em: Em, ground: Ground): Promise<Place> {
  const pools = roomyPools(await poolCandidates(em, ground.areas.map(({ id }) => id), ground.imageVersionId), ground)
  const areaIds = new Set(pools.map(({ areaId }) => areaId))
  const { vcpus, memoryBytes, requiredLabels, avoidedLabels, groups } = ground
  const request: PlacementRequest = { vcpus, memoryBytes, areaIds, pools: [pools], requiredLabels, avoidedLabels, groups }
  const areas = ground.areas.filter(({ id }) => areaIds.has(id))
  const host = await takeHost(em, await bestHosts(em, areas, request), areas, request)
  if (!host) throw new TryAgain('The host was filled by others meanwhile.')
  return { host, machine: machineOf(host, ground.areas.find(({ id }) => id === host.areaId)!), pool: pools.find((pool) => canUse(host, pool))! }
}

/** The pools that have room, the emptiest first. NO_CAPACITY says what is missing when there is none. */
function roomyPools(pools: PoolCandidate[], { diskBytes, origin }: Ground): PoolCandidate[] {
  if (pools.length === 0) throw new KloudakError('NO_CAPACITY', 'No pool holds the image yet.', { field: origin.imageField, remedy: `Wait until its import is done, or choose another ${origin.imageField === 'imageId' ? 'image' : 'template'} or area.` })
  const free = (pool: PoolCandidate) => Math.floor((pool.capacityBytes ?? 0) * pool.overcommit) - pool.promisedBytes
  const roomy = pools.filter((pool) => free(pool) >= diskBytes).sort((a, b) => free(b) - free(a))
  if (roomy.length > 0) return roomy
  const most = Math.max(...pools.map(free))
  const known = pools.some(({ capacityBytes }) => capacityBytes !== null)
  throw new KloudakError('NO_CAPACITY', known ? `No pool has room for a disk of ${formatBytes(diskBytes)}.` : 'No host has reported the size of the pool yet.', {
    field: 'diskBytes',
    remedy: known && most > 0 ? `A disk of at most ${formatBytes(most)} would fit.` : 'Wait a moment, or ask an operator for more storage.',
  })
}

function machineOf({ facts }: LockedHost, { machine: { machineType, cpuModel } }: AreaToSearch): VmMachine {
  const known = birthFacts.safeParse(facts)
  if (!known.success) throw new KloudakError('NO_CAPACITY', 'The host has not reported what machines it can run.', { remedy: 'Wait until its enrolment is done.', cause: known.error })
  // The area's baseline goes before the host's own word: the VM must be able to move to every host of the area.
  return { ...known.data, machineType: machineType ?? known.data.machineType, cpuModel: cpuModel ?? known.data.cpuModel }
}

/** Promises the disk's space of the pool, under the pool's lock. */
export async function takePoolSpace(em: Em, { vmId, poolId, diskBytes }: { vmId: string; poolId: string; diskBytes: number }): Promise<void> {
  if (await lockPool(em, poolId) < diskBytes) throw new TryAgain('The pool was filled by others meanwhile.')
  await insertDiskReservation(em, { vmId, poolId, diskBytes })
}
