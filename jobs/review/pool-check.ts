import { setTimeout as delay } from 'node:timers/promises'
import type { Em } from '../../server/db/orm.ts'
import { ownershipOf } from '../../server/db/queries/host-review.ts'
import type { HypervisorDriver, PoolFacts, PoolRef } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { proofPrefix } from '../../server/model/host-differences.ts'
import { quarrelOf } from '../../server/model/host-inventory.ts'
import type { Claim } from '../../server/model/host-inventory.ts'
import { MiB } from '../../server/model/units.ts'
import { readClaim, writeMarker } from './marker.ts'

export interface CheckedPool { id: string; name: string; ref: PoolRef; secret: string | undefined; wasMarked: boolean }
export interface PoolOnHost { hostName: string; hypervisor: HypervisorDriver }

/** A network file system shows a new file to other clients a moment later. */
const seenAfterMs = 5_000

const remedies = {
  dir: 'Mount the shared file system there on the host, at the same path as on the others, then try again.',
  netfs: 'Look whether the host reaches the server on its storage network, whether the server exports this path to it, and whether the host has the packages that mount it (nfs-common, glusterfs-client).',
  rbd: 'Look whether the host reaches the monitors, whether user and key are right, and whether the host has libvirt-daemon-driver-storage-rbd and qemu-block-extra.',
}

export const remedyOf = ({ source }: PoolRef): string => remedies[source?.kind ?? 'dir']

/** Defines, starts and mounts the pool on the host, and gives its size. INTERNAL, with what the host said, when it cannot. */
export async function startPoolOn({ hostName, hypervisor }: PoolOnHost, { name, ref, secret }: CheckedPool): Promise<PoolFacts> {
  try {
    await hypervisor.ensurePool(ref, { secret })
    return await hypervisor.poolFacts(ref)
  } catch (error) {
    if (!(error instanceof KloudakError) || error.code !== 'INTERNAL') throw error
    throw new KloudakError('INTERNAL', `Host ${hostName} cannot start the pool ${name}: ${saidBy(error)}`, { remedy: remedyOf(ref), cause: error })
  }
}

/** What the host itself said, at the bottom of an error. */
function saidBy(error: Error): string {
  let root = error
  while (root.cause instanceof Error) root = root.cause
  return root.message.replace(/[^.]$/, '$&.')
}

/** What the pool's marker says through this host. WRONG_STATE when that speaks against its being this pool of these books. */
export async function requireOurs(em: Em, { hostName, hypervisor }: PoolOnHost, pool: CheckedPool): Promise<Claim> {
  const claim = await readClaim(hypervisor, pool.ref)
  const quarrel = quarrelOf(await ownershipOf(em), { vms: [], pools: [{ poolId: pool.id, name: pool.name, claim, wasMarked: pool.wasMarked }] })
  if (quarrel !== undefined) throw new KloudakError('WRONG_STATE', `On host ${hostName}: ${quarrel}`, { remedy: remedyOfQuarrel(claim, pool) })
  return claim
}

function remedyOfQuarrel(claim: Claim, { ref }: CheckedPool): string {
  if (claim.kind === 'absent' || (claim.kind === 'claimed' && claim.poolId !== undefined)) return remedyOf(ref)
  return 'Use other storage. Only if that Kloudak is gone for ever, remove its kloudak-installation.json (of Ceph: the image kloudak-marker.*) from it.'
}

/** Marks the pool as these books' (decision 10), through one of its hosts. */
export async function markPool(em: Em, { hypervisor }: PoolOnHost, { id, ref }: CheckedPool): Promise<void> {
  await writeMarker(hypervisor, ref, { ...await ownershipOf(em), poolId: id })
}

/**
 * Proves that the hosts see one and the same storage: what is written through one, under a name that nobody can have seen
 * before, is found through all others. `nonce` names it, so that whoever was cut off finds it again. WRONG_STATE names the
 * first host that does not see it.
 */
export async function proveSame(hosts: readonly PoolOnHost[], { name, ref }: CheckedPool, nonce: string): Promise<void> {
  const [writer, ...readers] = hosts
  if (!writer || readers.length === 0) return
  const volume = `${proofPrefix}${nonce}`
  await writer.hypervisor.createVolume(ref, { name: volume, capacityBytes: MiB, backing: undefined })
  for (const { hostName, hypervisor } of readers) {
    if (await findsWithin(hypervisor, ref, volume)) continue
    throw new KloudakError('WRONG_STATE', `Host ${hostName} does not see what host ${writer.hostName} writes into the pool ${name}: it is not the same storage.`, { remedy: remedyOf(ref) })
  }
  await forgetProof(writer, ref, nonce)
}

async function findsWithin(hypervisor: HypervisorDriver, pool: PoolRef, volume: string): Promise<boolean> {
  const end = performance.now() + seenAfterMs
  for (;;) {
    if (await hypervisor.findVolume(pool, volume)) return true
    if (performance.now() >= end) return false
    await delay(250)
  }
}

/** Absence is success. */
export async function forgetProof({ hypervisor }: PoolOnHost, pool: PoolRef, nonce: string): Promise<void> {
  await hypervisor.deleteVolume(pool, `${proofPrefix}${nonce}`, { wipe: false })
}
