// What must hold at the destination before anything moves.
import { randomBytes } from 'node:crypto'
import { KloudakError } from '../../server/model/errors.ts'
import { plainError } from '../../server/model/host-error.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import { TenantWords } from '../../server/model/tenant-words.ts'
import type { MoveContext, Side, Sides } from './vm-sides.ts'

const proofBytes = 64
const mostBytes = 4096
const chooseAnother = 'Choose another host.'

/** @throws KloudakError WRONG_STATE when the VM has moved meanwhile, or the destination is not in service any more */
export async function checkBooks(context: MoveContext): Promise<void> {
  const { vmId, fromHostId, toHostId } = context.input
  const [row] = await context.em().execute<{ isThere: boolean; phase: string; host: string; inService: boolean }[]>(`
    select vm.host_id = ? as "isThere", vm.phase, host.name as host, host.state = 'up' and host.duty = 'service' and host.frozen_at is null as "inService"
    from vm join host on host.id = ? where vm.id = ?`, [fromHostId, toHostId, vmId])
  if (!row) throw plainError('NOT_FOUND', 'The VM is gone from the books.')
  if (!row.isThere) throw new KloudakError('WRONG_STATE', 'The VM has been moved meanwhile.')
  if (row.phase !== 'ready') throw new KloudakError('WRONG_STATE', 'The VM is not ready any more.')
  if (!row.inService) throw new KloudakError('WRONG_STATE', `Host ${row.host} takes no VMs any more.`, { remedy: chooseAnother })
}

/** Processor, bridges and storage of the destination, as the host itself says. */
export async function checkDestination({ source, destination }: Sides, proof: string): Promise<void> {
  const { plan, hypervisor, fabric } = destination
  const missing = await (await hypervisor()).missingForMachine(plan.domain)
  if (missing !== undefined) throw new KloudakError('WRONG_STATE', missing, { remedy: chooseAnother })
  if (plan.ports.length > 0) {
    const { bridges } = await (await fabric()).facts()
    const lacking = plan.ports.find(({ bridge }) => !bridges.some(({ name }) => name === bridge))
    if (lacking) throw new KloudakError('WRONG_STATE', `The destination has no bridge ${lacking.bridge}.`, { remedy: `Make the bridge on it, with its uplink, or choose another host.` })
  }
  await proveSharing(source, destination, proof)
}

/** Who takes the memory, and where: the address that the operator has noted for migrations, else that of its management. */
export async function placeOf(context: MoveContext): Promise<{ source: string; destination: string; address: string }> {
  const [row] = await context.em().execute<{ source: string; destination: string; kind: string; address: string | null; migration: string | null }[]>(`
    select source.name as source, host.name as destination, host.kind, host.address, (select noted ->> 'address' from jsonb_array_elements(host.addresses) noted where noted ->> 'purpose' = 'migration' limit 1) as migration
    from host, host source where host.id = ? and source.id = ?`, [context.input.toHostId, context.input.fromHostId])
  const address = row?.migration ?? row?.address ?? (row?.kind === 'simulated' ? row.destination : null)
  if (row && address) return { source: row.source, destination: row.destination, address }
  throw new KloudakError('WRONG_STATE', `Host ${row?.destination ?? ''} has no address that other hosts reach.`, { remedy: 'Give the host an address for migrations.' })
}

/** Memory of a guest that runs goes from host to host. A way of which nobody can tell is tried. */
export async function checkWay(context: MoveContext, { source }: Sides): Promise<void> {
  const hypervisor = await source.hypervisor()
  const standing = await hypervisor.migrationStanding(source.plan.domainUuid)
  if (standing === 'stopped' || standing === 'absent') return
  const place = await placeOf(context)
  if (await hypervisor.hasWayTo(place.address) !== false) return
  throw new KloudakError('WRONG_STATE', `Host ${place.source} has no way to ${place.address}, where host ${place.destination} takes VMs that move.`, {
    remedy: `Check the address for migrations of host ${place.destination}, and the routes of host ${place.source}.`, tenant: TenantWords.fixed('The host of the VM has no way to the one that the VM was to move to.'),
  })
}

/** What the source writes into each pool, the destination reads: then both see the same files, whatever libvirt takes them for. */
async function proveSharing(source: Side, destination: Side, proof: string): Promise<void> {
  const [from, to] = [await source.hypervisor(), await destination.hypervisor()]
  for (const pool of poolsOf(source)) {
    const written = randomBytes(proofBytes)
    await from.uploadVolume(pool, { name: proof, format: 'raw', sizeBytes: written.length, data: (async function* () { yield written })() })
    const read = await to.readVolume(pool, proof, mostBytes).catch((error: unknown) => {
      if (error instanceof KloudakError && error.code === 'NOT_FOUND') return undefined
      throw error
    })
    await from.deleteVolume(pool, proof, { wipe: false })
    if (read && Buffer.from(read).subarray(0, written.length).equals(written)) continue
    throw new KloudakError('WRONG_STATE', `The destination does not see the files of the pool ${pool.name}.`, { remedy: 'Check that the pool is mounted there, or choose another host.' })
  }
}

/** What a check that was cut off left in the pools. */
export async function removeProofs(source: Side, proof: string): Promise<void> {
  if (source.isOff) return
  const hypervisor = await source.hypervisor()
  for (const pool of poolsOf(source)) await hypervisor.deleteVolume(pool, proof, { wipe: false })
}

export const proofOf = (vmId: string) => `${vmId}-${markerVolume}`

const poolsOf = ({ plan }: Side) => [...new Map([...plan.disks, plan.seed].map(({ pool }) => [pool.name, pool])).values()]
