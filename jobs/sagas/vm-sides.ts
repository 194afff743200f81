// The two hosts of a VM that moves: what each has of it, and how a half done move is brought to one clear side.
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { readVmPlan } from './vm-plan.ts'
import type { VmPlan } from './vm-plan.ts'

export type MoveContext = StepContext<{ vmId: string; fromHostId: string; toHostId: string }, Deps>

/** One of the hosts with the VM as it is, or would be, there. */
export interface Side { plan: VmPlan; hypervisor: HypervisorDriver; fabric: () => Promise<FabricDriver> }
export interface Sides { source: Side; destination: Side }

const stopMs = 500

/** Both sides, fresh; undefined when the VM is gone from the books. */
export async function findSides(context: MoveContext): Promise<Sides | undefined> {
  const { fromHostId, toHostId } = context.input
  const source = await sideOn(context, fromHostId)
  const destination = source && await sideOn(context, toHostId)
  return source && destination && { source, destination }
}

export async function openSides(context: MoveContext): Promise<Sides> {
  const found = await findSides(context)
  if (!found) throw new KloudakError('NOT_FOUND', 'The VM is gone from the books.')
  return found
}

async function sideOn(context: MoveContext, hostId: string): Promise<Side | undefined> {
  const { deps, control, input: { vmId } } = context
  const plan = await readVmPlan(context.em(), vmId, hostId)
  return plan && { plan, hypervisor: await deps.hosts.hypervisor(hostId, control), fabric: () => deps.hosts.fabric(hostId, control) }
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
  const there = await destination.hypervisor.migrationStanding(domainUuid)
  const here = await source.hypervisor.migrationStanding(domainUuid)
  if (there === 'here' || there === 'leaving') {
    if (here === 'here' || here === 'leaving') throw new KloudakError('INTERNAL', 'The VM runs on two hosts.', { remedy: 'Stop one of the two by hand at once, and look at its disks.' })
    return 'destination'
  }
  if (here === 'leaving') {
    await source.hypervisor.cancelMigration(domainUuid)
    throw new NotYet('The migration that broke off is being stopped on its host.', { retryAfterMs: stopMs })
  }
  // What waits there has never run: nothing is lost with it.
  if (there === 'arriving' || there === 'between') await destination.hypervisor.removeVm(domainUuid)
  if (here === 'between' || here === 'arriving') await source.hypervisor.resumeVm(domainUuid)
  // Only a machine that goes on takes its disks back: one that was suspended goes on for a blink.
  if (source.plan.isSuspended && here !== 'stopped' && here !== 'absent') await source.hypervisor.suspendVm(domainUuid)
  return here === 'stopped' || here === 'absent' ? 'nowhere runs' : 'source'
}

/** Nothing of the VM stays on this host: neither its machine nor its ports. */
export async function leaveHost({ plan, hypervisor, fabric }: Side): Promise<void> {
  await hypervisor.removeVm(plan.domainUuid)
  const ports = [...plan.ports, ...plan.attaching]
  if (ports.length === 0) return
  const driver = await fabric()
  for (const { portId } of ports) await driver.removePort(portId)
}
