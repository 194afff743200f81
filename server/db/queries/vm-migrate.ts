import { sql } from 'kysely'
import type { HostState } from '../../model/host.ts'
import type { PowerState, VmPhase } from '../../model/vm.ts'
import type { VmMachine } from '../entities/vm.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'

/** A VM with what decides whether it can be moved. */
export interface MovableVm {
  id: string; name: string; version: number; workspaceId: string; areaId: string; phase: VmPhase; observedPower: PowerState; machine: VmMachine
  hostId: string; hostName: string; hostState: HostState; isHostFrozen: boolean
  /** A task that moves it is open. */
  isMoving: boolean
}

const movable = sql`
  select vm.id, vm.name, vm.version, vm.workspace_id as "workspaceId", vm.area_id as "areaId", vm.phase, vm.observed_power as "observedPower", vm.machine,
    host.id as "hostId", host.name as "hostName", host.state as "hostState", host.frozen_at is not null as "isHostFrozen",
    exists (select 1 from object_lock place join saga on saga.id = place.saga_id and saga.name = 'vm-migrate' where place.object_key = 'vm:' || vm.id) as "isMoving"
  from vm join host on host.id = vm.host_id`

/** The VM, locked until the transaction ends; undefined when there is none. */
export async function lockMovableVm(em: Em, vmId: string): Promise<MovableVm | undefined> {
  const { rows: [vm] } = await sql<MovableVm>`${movable} where vm.id = ${vmId} for no key update of vm`.execute(kyselyOf(em).withoutPlugins())
  return vm
}

/** All on the host but those whose creation failed and left nothing there, in the order of their ids. No lock: a first look. */
export async function movableVmsOn(em: Em, hostId: string): Promise<MovableVm[]> {
  const { rows } = await sql<MovableVm>`${movable} where vm.host_id = ${hostId} and vm.phase <> 'failed' order by vm.id`.execute(kyselyOf(em).withoutPlugins())
  return rows
}

/** The hosts of the VM's area that cannot run the machine that it was born with, each with what it lacks. */
export async function unfitHosts(em: Em, { areaId, machine: { domainType, architecture, emulator } }: Pick<MovableVm, 'areaId' | 'machine'>): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; lacks: string }>`
    select id, lacks from (
      select id, case
        when facts ->> 'architecture' <> ${architecture} then 'its processors are of another kind'
        when ${domainType === 'kvm'} and facts ->> 'domainType' <> 'kvm' then 'it has no KVM'
        when facts ->> 'emulator' <> ${emulator} then 'its QEMU lies elsewhere' end as lacks
      from host where area_id = ${areaId} and state <> 'retired') host where lacks is not null`.execute(kyselyOf(em))
  return new Map(rows.map(({ id, lacks }) => [id, lacks]))
}
