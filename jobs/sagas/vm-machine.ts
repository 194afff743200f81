import type { StepContext } from '../saga/step.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { seedImage } from '../../server/hypervisor/seed/seed.ts'
import { plainError } from '../../server/model/host-error.ts'
import type { VmPhase } from '../../server/model/vm.ts'
import type { Deps } from './deps.ts'
import { readVmPlan } from './vm-plan.ts'
import type { PortPlan, VmPlan } from './vm-plan.ts'

// What other steps returned is not asked for here, so that sagas with more in their input can come too.
type Context = Omit<StepContext<{ vmId: string }, Deps>, 'output' | 'outputIfDone'>

export interface VmOnHost { plan: VmPlan; hypervisor: HypervisorDriver }

/** The VM's books and its host, both fresh; undefined when the row is gone, so that nothing is left to do. */
export async function findVm(context: Context): Promise<VmOnHost | undefined> {
  const plan = await readVmPlan(context.em(), context.input.vmId)
  return plan && { plan, hypervisor: await context.deps.hosts.hypervisor(plan.hostId, context.control) }
}

export async function openVm(context: Context): Promise<VmOnHost> {
  const found = await findVm(context)
  if (!found) throw plainError('NOT_FOUND', 'The VM is gone from the books.')
  return found
}

export async function setPhase(context: Context, phase: VmPhase): Promise<void> {
  await context.write(async (em) => { await em.execute('update vm set phase = ? where id = ? and phase <> ?', [phase, context.input.vmId, 'deleting']) })
}

/** Proves that each port carries its VLAN, correcting one that does not. The guest's processors must not have run yet. */
export async function ensurePorts(context: Context, { hostId, ports: all }: VmPlan, ports: readonly PortPlan[] = all): Promise<void> {
  if (ports.length === 0) return
  const fabric = await context.deps.hosts.fabric(hostId, context.control)
  for (const port of ports) await fabric.ensureVlan(port)
}

export async function removePorts(context: Context, { hostId, ports: all }: VmPlan, ports: readonly PortPlan[] = all): Promise<void> {
  if (ports.length === 0) return
  const fabric = await context.deps.hosts.fabric(hostId, context.control)
  for (const port of ports) await fabric.removePort(port.portId)
}

/** The CD with the first-boot settings as the books have them now; what stood there before is replaced. */
export async function writeSeed(context: Context): Promise<void> {
  const { plan: { vmId, seed: { pool, volume, spec, userDataSealed } }, hypervisor } = await openVm(context)
  const image = seedImage(userDataSealed ? { ...spec, userData: context.deps.unseal({ table: 'vm', id: vmId }, userDataSealed).toString() } : spec)
  await hypervisor.uploadVolume(pool, { name: volume, format: 'raw', sizeBytes: image.length, data: oneChunk(image) })
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }

/** Starts a guest so that it never runs on a port that is not proven: paused, ports, then on. */
export async function powerOn(context: Context, { plan, hypervisor }: VmOnHost): Promise<void> {
  const now = await hypervisor.findVm(plan.domainUuid)
  if (now?.power === 'running') return
  await hypervisor.startVm(plan.domainUuid, { paused: true })
  await ensurePorts(context, plan)
  await hypervisor.resumeVm(plan.domainUuid)
}
