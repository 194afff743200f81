import type { StepContext } from '../saga/step.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { VmPhase } from '../../server/model/vm.ts'
import type { Deps } from './deps.ts'
import { readVmPlan } from './vm-plan.ts'
import type { VmPlan } from './vm-plan.ts'

type Context = StepContext<{ vmId: string }, Deps>

export interface VmOnHost { plan: VmPlan; hypervisor: HypervisorDriver }

/** The VM's books and its host, both fresh; undefined when the row is gone, so that nothing is left to do. */
export async function findVm(context: Context): Promise<VmOnHost | undefined> {
  const plan = await readVmPlan(context.em(), context.input.vmId)
  return plan && { plan, hypervisor: await context.deps.hosts.hypervisor(plan.hostId, context.control) }
}

export async function openVm(context: Context): Promise<VmOnHost> {
  const found = await findVm(context)
  if (!found) throw new KloudakError('NOT_FOUND', 'The VM is gone from the books.')
  return found
}

export async function setPhase(context: Context, phase: VmPhase): Promise<void> {
  await context.write(async (em) => { await em.execute('update vm set phase = ? where id = ? and phase <> ?', [phase, context.input.vmId, 'deleting']) })
}

/** Proves that each port carries its VLAN, correcting one that does not. The guest's processors must not have run yet. */
export async function ensurePorts(context: Context, plan: VmPlan): Promise<void> {
  if (plan.ports.length === 0) return
  const fabric = await context.deps.hosts.fabric(plan.hostId, context.control)
  for (const port of plan.ports) await fabric.ensureVlan(port)
}

export async function removePorts(context: Context, plan: VmPlan): Promise<void> {
  if (plan.ports.length === 0) return
  const fabric = await context.deps.hosts.fabric(plan.hostId, context.control)
  for (const port of plan.ports) await fabric.removePort(port.portId)
}

/** Starts a guest so that it never runs on a port that is not proven: paused, ports, then on. */
export async function powerOn(context: Context, { plan, hypervisor }: VmOnHost): Promise<void> {
  const now = await hypervisor.findVm(plan.domainUuid)
  if (now?.power === 'running') return
  await hypervisor.startVm(plan.domainUuid, { paused: true })
  await ensurePorts(context, plan)
  await hypervisor.resumeVm(plan.domainUuid)
}
