import { z } from 'zod'
import type { HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import type { Claim, Ownership } from '../../server/model/host-inventory.ts'
import { KloudakError } from '../../server/model/errors.ts'

const mostBytes = 4096

const marker = z.object({ installation: z.uuid(), generation: z.number().int().min(1), epoch: z.uuid() })

/** What a pool's marker says of its owner. One of zeroes is just being written, and counts as absent. Errors as the driver's. */
export async function readClaim(hypervisor: HypervisorDriver, pool: PoolRef): Promise<Claim> {
  const found = await hypervisor.readVolume(pool, markerVolume, mostBytes).catch((error: unknown) => {
    if (error instanceof KloudakError && error.code === 'CONFLICT') return 'unreadable' as const
    throw error
  })
  if (found === 'unreadable') return { kind: 'unreadable' }
  if (!found || found.every((byte) => byte === 0)) return { kind: 'absent' }
  try {
    const { installation, generation, epoch } = marker.parse(JSON.parse(Buffer.from(found).toString()))
    return { kind: 'claimed', installationId: installation, generation, epoch }
  } catch { return { kind: 'unreadable' } }
}

/** Says in the pool whose it is. What stood there before is replaced: whoever calls has looked. */
export async function writeMarker(hypervisor: HypervisorDriver, pool: PoolRef, { installationId, generation, epoch }: Ownership): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify({ installation: installationId, generation, epoch })}\n`)
  await hypervisor.uploadVolume(pool, { name: markerVolume, format: 'raw', sizeBytes: bytes.length, data: (async function* () { yield bytes })() })
}
