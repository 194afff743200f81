import { z } from 'zod'
import type { HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { markerPrefix, markerVolume } from '../../server/model/host-differences.ts'
import type { Claim, Ownership } from '../../server/model/host-inventory.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { MiB } from '../../server/model/units.ts'

const mostBytes = 4096

const marker = z.object({ installation: z.uuid(), generation: z.number().int().min(1), epoch: z.uuid(), pool: z.uuid().optional() })

export interface Mark extends Ownership { poolId: string }

/** What a pool's marker says of its owner. One of zeroes is just being written, and counts as absent. Errors as the driver's. */
export async function readClaim(hypervisor: HypervisorDriver, pool: PoolRef): Promise<Claim> {
  if (pool.source?.kind === 'rbd') return claimByName(hypervisor, pool)
  const found = await hypervisor.readVolume(pool, markerVolume, mostBytes).catch((error: unknown) => {
    if (error instanceof KloudakError && error.code === 'CONFLICT') return 'unreadable' as const
    throw error
  })
  if (found === 'unreadable') return { kind: 'unreadable' }
  if (!found || found.every((byte) => byte === 0)) return { kind: 'absent' }
  try { return claimOf(JSON.parse(Buffer.from(found).toString())) } catch { return { kind: 'unreadable' } }
}

function claimOf(content: unknown): Claim {
  const { installation, generation, epoch, pool } = marker.parse(content)
  return { kind: 'claimed', installationId: installation, generation, epoch, ...(pool !== undefined && { poolId: pool }) }
}

/** Says in the pool whose it is. What stood there before is replaced: whoever calls has looked. */
export async function writeMarker(hypervisor: HypervisorDriver, pool: PoolRef, mark: Mark): Promise<void> {
  if (pool.source?.kind === 'rbd') {
    const name = nameOf(mark)
    await hypervisor.createVolume(pool, { name, capacityBytes: MiB, backing: undefined })
    // The new one first: between the two there is never none.
    for (const older of await markerNames(hypervisor, pool)) if (older !== name) await hypervisor.deleteVolume(pool, older, { wipe: false })
    return
  }
  const { installationId, generation, epoch, poolId } = mark
  const bytes = Buffer.from(`${JSON.stringify({ installation: installationId, generation, epoch, pool: poolId })}\n`)
  await hypervisor.uploadVolume(pool, { name: markerVolume, format: 'raw', sizeBytes: bytes.length, data: (async function* () { yield bytes })() })
}

/** Absence is success. */
export async function removeMarker(hypervisor: HypervisorDriver, pool: PoolRef): Promise<void> {
  const names = pool.source?.kind === 'rbd' ? await markerNames(hypervisor, pool) : [markerVolume]
  for (const name of names) await hypervisor.deleteVolume(pool, name, { wipe: false })
}

// Of Ceph. A name has at most 95 characters: the ids are written short.

async function markerNames(hypervisor: HypervisorDriver, pool: PoolRef): Promise<string[]> {
  return (await hypervisor.listVolumes(pool)).map(({ name }) => name).filter((name) => name.startsWith(markerPrefix))
}

const shortId = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
const longId = (id: string | undefined) => Buffer.from(id ?? '', 'base64url').toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

function nameOf({ installationId, generation, epoch, poolId }: Mark): string {
  return `${markerPrefix}${shortId(installationId)}.${shortId(epoch)}.${shortId(poolId)}.${generation.toString(36)}`
}

/** Of two, one is just being replaced: by the one of the higher generation. */
async function claimByName(hypervisor: HypervisorDriver, pool: PoolRef): Promise<Claim> {
  const names = await markerNames(hypervisor, pool)
  if (names.length === 0) return { kind: 'absent' }
  try {
    const claims = names.map((name) => {
      const [installation, epoch, poolId, generation] = name.slice(markerPrefix.length).split('.')
      return claimOf({ installation: longId(installation), generation: Number.parseInt(generation ?? '', 36), epoch: longId(epoch), pool: longId(poolId) })
    })
    return claims.reduce((a, b) => (a.kind === 'claimed' && b.kind === 'claimed' && b.generation > a.generation ? b : a))
  } catch { return { kind: 'unreadable' } }
}
