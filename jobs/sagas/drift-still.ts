import { isStillInBooks } from '../../server/db/queries/drift-books.ts'
import { poolRef } from '../../server/db/queries/pool-ref.ts'
import { ownershipOf } from '../../server/db/queries/host-review.ts'
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { HypervisorDriver, ObservedVm, PoolRef } from '../../server/hypervisor/driver.ts'
import type { DriftKind } from '../../server/model/drift.ts'
import { ownerOfVolume } from '../../server/model/drift.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { readVmPlan } from './vm-plan.ts'
import type { PortPlan, VmPlan } from './vm-plan.ts'

export interface RepairInput { driftId: string; kind: DriftKind; hostId: string | null; poolId: string | null; vmId: string | null; subject: string }
export type RepairContext = StepContext<RepairInput, Deps>

export const hypervisorOf = (context: RepairContext, hostId = context.input.hostId!): Promise<HypervisorDriver> => context.deps.hosts.hypervisor(hostId, context.control)
export const fabricOf = (context: RepairContext): Promise<FabricDriver> => context.deps.hosts.fabric(context.input.hostId!, context.control)

/** What the books say of the VM; undefined when they do not know it. */
export async function planOf({ input: { vmId }, em }: RepairContext): Promise<VmPlan | undefined> {
  return vmId === null ? undefined : readVmPlan(em(), vmId)
}

export function portOf(plan: VmPlan | undefined, { input: { hostId, subject } }: RepairContext): PortPlan | undefined {
  return plan?.hostId === hostId ? plan?.ports.find(({ portId }) => portId === subject) : undefined
}

export interface PoolOnHost { hypervisor: HypervisorDriver; pool: PoolRef; wipe: boolean; areaId: string }

/** The pool, by any host of its area that is up; the first by name, so that a repetition takes the same. */
export async function poolOf(context: RepairContext): Promise<PoolOnHost> {
  const [row] = await context.em().execute<{ name: string; ref: PoolRef; wipe: boolean; areaId: string; hostId: string | null }[]>(`
    select pool.name, ${poolRef} as ref, pool.wipe_on_delete as wipe, pool.area_id as "areaId",
      (select host.id from host where host.area_id = pool.area_id and host.state = 'up' and host.frozen_at is null order by host.name limit 1) as "hostId"
    from pool where pool.id = ?`, [context.input.poolId])
  if (!row) throw new KloudakError('NOT_FOUND', 'The pool is gone from the books.')
  if (!row.hostId) throw new KloudakError('UNAVAILABLE', `No host that reaches the pool ${row.name} is up.`)
  return { hypervisor: await hypervisorOf(context, row.hostId), pool: row.ref, wipe: row.wipe, areaId: row.areaId }
}

/** Whether the volume is there now: the list is read from the storage, what is remembered of one volume may be old. */
export async function stands(hypervisor: HypervisorDriver, pool: PoolRef, volume: string): Promise<boolean> {
  return (await hypervisor.listVolumes(pool)).some(({ name }) => name === volume)
}

/**
 * Throws unless every host of the area that may run machines says that it has none of these: what a machine on another
 * host may be writing to is not taken away, and no machine is made a second time. `but`: a host that need not be asked.
 */
export async function refuseIfAnywhere(context: RepairContext, areaId: string, isMeant: (vm: ObservedVm) => boolean, but?: string): Promise<void> {
  const hosts = await context.em().execute<{ id: string; name: string; state: string; isFrozen: boolean }[]>(`
    select id, name, state, frozen_at is not null as "isFrozen" from host where area_id = ? and state not in ('enrolling', 'fenced', 'retired') order by name`, [areaId])
  for (const { id, name, state, isFrozen } of hosts) {
    if (id === but) continue
    if (state !== 'up' || isFrozen) throw new KloudakError('WRONG_STATE', `Nobody knows whether host ${name} has the machine.`, { remedy: `Wait until host ${name} is up, or retire it, and try again.` })
    if ((await (await hypervisorOf(context, id)).listVms()).some(isMeant)) throw new KloudakError('WRONG_STATE', `Host ${name} has the machine.`, { remedy: `Look at the differences of host ${name} first.` })
  }
}

/** Whether books and host still differ in this. It is asked under the lock of the VM, so that nothing of ours changes it meanwhile. */
export async function isStillSo(context: RepairContext): Promise<boolean> {
  const { input: { kind, hostId, poolId, subject }, em } = context
  switch (kind) {
    case 'address-leaked': case 'reservation-leaked': case 'reservation-missing': return isStillInBooks(em(), context.input)
    case 'port-vlan': {
      const port = portOf(await planOf(context), context)
      const found = port && await (await fabricOf(context)).findPort(subject)
      return found !== undefined && found.vlan !== port!.vlan
    }
    case 'port-extra': {
      const [known] = await em().execute<object[]>('select 1 from vm_interface join vm on vm.id = vm_interface.vm_id where vm_interface.id = ? and vm.host_id = ?', [subject, hostId])
      return !known && await (await fabricOf(context)).findPort(subject) !== undefined
    }
    case 'vm-missing': return (await planOf(context))?.hostId === hostId && await (await hypervisorOf(context)).findVm(subject) === undefined
    case 'vm-extra': {
      const [known] = await em().execute<object[]>('select 1 from vm where domain_uuid = ? and host_id = ?', [subject, hostId])
      const found = await (await hypervisorOf(context)).findVm(subject)
      return !known && found?.owner?.installationId === (await ownershipOf(em())).installationId
    }
    case 'seed-missing': {
      const plan = await planOf(context)
      return plan?.seed.volume === subject && !await stands(await hypervisorOf(context, plan.hostId), plan.seed.pool, subject)
    }
    case 'volume-extra': {
      const [known] = await em().execute<object[]>("select 1 from disk where pool_id = ? and ? in (volume, vm_id || '-seed.iso') union all select 1 from image_replica where pool_id = ? and volume = ?", [poolId, subject, poolId, subject])
      if (known || !ownerOfVolume(subject)) return false
      const { hypervisor, pool } = await poolOf(context)
      return await stands(hypervisor, pool, subject)
    }
    case 'volume-missing': case 'vm-power': case 'port-missing': return false
  }
}
