// The two hosts of a VM that moves: what each has of it, and how a half done move is brought to one clear side.
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import type { MigrationStanding } from '../../server/hypervisor/migration.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import { plainError } from '../../server/model/host-error.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { readVmPlan } from './vm-plan.ts'
import type { VmPlan } from './vm-plan.ts'

export type MoveContext = StepContext<{ vmId: string; fromHostId: string; toHostId: string }, Deps>

/** One of the hosts with the VM as it is, or would be, there. `isOff`: proven, so that nothing of it runs there; what stands on its disk is cleaned up when it returns. */
export interface Side { plan: VmPlan; isOff: boolean; hypervisor: () => Promise<HypervisorDriver>; fabric: () => Promise<FabricDriver> }
export interface Sides { source: Side; destination: Side }

const stopMs = 500
const awayMs = 1_000

/** Both sides, fresh; undefined when the VM is gone from the books. */
export async function findSides(context: MoveContext): Promise<Sides | undefined> {
  const { fromHostId, toHostId } = context.input
  const source = await sideOn(context, fromHostId)
  const destination = source && await sideOn(context, toHostId)
  return source && destination && { source, destination }
}

export async function openSides(context: MoveContext): Promise<Sides> {
  const found = await findSides(context)
  if (!found) throw plainError('NOT_FOUND', 'The VM is gone from the books.')
  return found
}

async function sideOn(context: MoveContext, hostId: string): Promise<Side | undefined> {
  const { deps, control, input: { vmId } } = context
  const plan = await readVmPlan(context.em(), vmId, hostId)
  const [host] = await context.em().execute<{ isOff: boolean }[]>(`select state = 'fenced' as "isOff" from host where id = ?`, [hostId])
  return plan && { plan, isOff: host?.isOff ?? false, hypervisor: () => deps.hosts.hypervisor(hostId, control), fabric: () => deps.hosts.fabric(hostId, control) }
}

/** Where the VM is: with its machine or, without one, only defined. */
export type Whereabouts = 'source' | 'destination' | 'nowhere runs'

/**
 * Asks both hosts, and brings what a broken migration left to one side: a machine that waits at the destination for a
 * memory that will not come is removed, and only then does a guest that stands still at the source go on. One that runs at
 * the destination is there. While memory is still being sent for a worker that is gone, it is stopped, and waited for.
 */
export async function bringToOneSide({ source, destination }: Sides): Promise<Whereabouts> {
  const { domainUuid } = source.plan
  const there = await standingOn(destination)
  const here = await standingOn(source)
  if (there === 'here' || there === 'leaving') {
    if (here === 'here' || here === 'leaving') throw new KloudakError('INTERNAL', 'The VM runs on two hosts.', { remedy: 'Stop one of the two by hand at once, and look at its disks.' })
    return 'destination'
  }
  if (here === 'leaving') {
    await (await source.hypervisor()).cancelMigration(domainUuid)
    throw new NotYet('The migration that broke off is being stopped on its host.', { retryAfterMs: stopMs })
  }
  // What waits there has never run: nothing is lost with it.
  if (there === 'arriving' || there === 'between') await (await destination.hypervisor()).removeVm(domainUuid)
  if (here === 'between' || here === 'arriving') await (await source.hypervisor()).resumeVm(domainUuid)
  // Only a machine that goes on takes its disks back: one that was suspended goes on for a blink.
  if (source.plan.isSuspended && here !== 'stopped' && here !== 'absent') await (await source.hypervisor()).suspendVm(domainUuid)
  return here === 'stopped' || here === 'absent' ? 'nowhere runs' : 'source'
}

const standingOn = async ({ isOff, hypervisor, plan }: Side): Promise<MigrationStanding> => (isOff ? 'absent' : (await hypervisor()).migrationStanding(plan.domainUuid))

/**
 * The same, where it is not known how far a migration got: a host that is not heard is waited for, until it is back or
 * proven to be off. Nothing is done before, for the guest may run there.
 */
export async function findOneSide(sides: Sides): Promise<Whereabouts> {
  return bringToOneSide(sides).catch((error: unknown) => {
    if (error instanceof NotYet || !(error instanceof KloudakError && (error.code === 'UNAVAILABLE' || error.code === 'OUTCOME_UNKNOWN'))) throw error
    throw new NotYet('One of the two hosts does not answer, so that nobody can tell where the VM is.', { retryAfterMs: awayMs, remedy: 'This goes on when the host is back, or is proven to be off.', cause: error })
  })
}

/** Nothing of the VM stays on this host: neither its machine nor its ports. */
export async function leaveHost({ plan, isOff, hypervisor, fabric }: Side): Promise<void> {
  if (isOff) return
  await (await hypervisor()).removeVm(plan.domainUuid)
  const ports = [...plan.ports, ...plan.attaching]
  if (ports.length === 0) return
  const driver = await fabric()
  for (const { portId } of ports) await driver.removePort(portId)
}
