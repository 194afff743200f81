import type { Em } from '../../server/db/orm.ts'
import type { HostFacts, PoolFacts } from '../../server/hypervisor/driver.ts'
import type { HostInventory } from '../../server/model/host-inventory.ts'
import type { PowerState } from '../../server/model/vm.ts'

/** The right to write what is observed of a host. */
export interface Grip { hostId: string; workerId: string; epoch: number }

export interface PowerChange {
  domainUuid: string
  power: PowerState
  /** The guest switched itself off. */
  byGuest: boolean
}

/** The lease is another worker's by now: whatever is observed here is stale. */
export class GripLost extends Error {
  override readonly name = 'GripLost'
  constructor({ hostId }: Grip) { super(`the lease of host ${hostId} is no longer held`) }
}

// Locked until the statement is done: a takeover waits for it, so what a stale worker writes can never follow what its
// successor wrote. A lease that ran out and that nobody took does no harm.
const held = 'held as materialized (select host_id from host_lease where host_id = ? and worker_id = ? and epoch = ? for share)'
const gripOf = ({ hostId, workerId, epoch }: Grip) => [hostId, workerId, epoch]

/** Runs one guarded statement; `changes` names the rows it wrote. Returns how many. @throws GripLost */
export async function write(em: Em, grip: Grip, statement: string, values: unknown[]): Promise<number> {
  const [row] = await em.execute<{ held: number; done: number }[]>(
    `with ${held}, ${statement} select (select count(*) from held)::integer as held, (select count(*) from done)::integer as done`,
    [...gripOf(grip), ...values],
  )
  if (!row?.held) throw new GripLost(grip)
  return row.done
}

/** Several statements that commit only while the lease is ours, in one short transaction. @throws GripLost */
export async function underGrip<T>(em: Em, grip: Grip, work: (em: Em) => Promise<T>): Promise<T> {
  return em.transactional(async (em) => {
    if ((await em.execute<object[]>(`with ${held} select 1 from held`, gripOf(grip))).length === 0) throw new GripLost(grip)
    return work(em)
  })
}

/**
 * Writes the power of VMs as the host reported it, where it is news. A guest that switched itself off is meant to be off
 * from then on (decision 1), unless a task of ours is about it: then the task knows what is meant.
 */
export async function recordPower(em: Em, grip: Grip, changes: readonly PowerChange[]): Promise<number> {
  if (changes.length === 0) return 0
  return write(em, grip, `
    change as (
      select vm.id, told.power, case when told."byGuest" and vm.phase = 'ready' and not exists (
        select 1 from task where task.object_id = vm.id and task.state in ('queued', 'running', 'undoing') and task.method <> 'updateVm'
      ) then 'stopped' else vm.desired_power end as desired
      from jsonb_to_recordset(?::jsonb) as told ("domainUuid" uuid, power text, "byGuest" boolean)
      join vm on vm.domain_uuid = told."domainUuid" join held on held.host_id = vm.host_id
      -- A VM that is still being made has not stopped: it has not run yet.
      where not (vm.phase in ('disk', 'network', 'starting') and told.power = 'stopped' and vm.observed_power = 'unknown')
        -- One that is being moved stands still, and then is gone, on the host that the books still have it on: it has not stopped.
        and not (told.power <> 'running' and exists (
          select 1 from object_lock place join saga on saga.id = place.saga_id and saga.name = 'vm-migrate' and (saga.input ->> 'fromHostId')::uuid = vm.host_id
            join saga_step step on step.saga_id = saga.id and step.name = 'move' and step.state in ('doing', 'undoing', 'stuck', 'done')
          where place.object_key = 'vm:' || vm.id))
    ), done as (
      update vm set observed_power = change.power, desired_power = change.desired, observed_at = case when vm.observed_power = change.power then vm.observed_at else now() end
      from change where vm.id = change.id and (vm.observed_power, vm.desired_power) is distinct from (change.power, change.desired)
      returning vm.id
    )`, [JSON.stringify(changes)])
}

/** The host is frozen until an operator has reviewed it, for the first reason that was found. */
export async function recordFrozen(em: Em, grip: Grip, reason: string): Promise<number> {
  return write(em, grip, `done as (
    update host set frozen_reason = ?, frozen_at = now() from held where host.id = held.host_id and host.frozen_at is null returning host.id)`, [reason])
}

export async function recordInventory(em: Em, grip: Grip, content: HostInventory): Promise<number> {
  return write(em, grip, `done as (
    insert into host_inventory (host_id, taken_at, content) select host_id, now(), ?::jsonb from held
    on conflict (host_id) do update set taken_at = excluded.taken_at, content = excluded.content returning host_id)`, [JSON.stringify(content)])
}

/** What the host is. Free memory is left out: it changes with every breath, and a row that changes is an event for all. */
export async function recordFacts(em: Em, grip: Grip, facts: HostFacts): Promise<number> {
  return write(em, grip, `done as (
    update host set facts = ?::jsonb, cpus = ?, memory_bytes = ?, observed_at = now() from held where host.id = held.host_id returning host.id)`, [JSON.stringify({ ...facts, freeMemoryBytes: undefined }), facts.cpus, facts.memoryBytes])
}

/** Capacity of a pool. All hosts of an area see it; whoever looks writes, at most once in a while. */
export async function recordPool(em: Em, grip: Grip, poolId: string, { capacityBytes, availableBytes }: PoolFacts): Promise<number> {
  return write(em, grip, `done as (
    update pool set capacity_bytes = ?, available_bytes = ?, observed_at = now() from held
    where pool.id = ? and (pool.capacity_bytes, pool.available_bytes) is distinct from (?::bigint, ?::bigint)
      and (pool.observed_at is null or pool.observed_at < now() - interval '5 seconds') returning pool.id)`, [capacityBytes, availableBytes, poolId, capacityBytes, availableBytes])
}

/** How the host has a pool, as `poolHostNote` writes it. */
export async function recordPoolHost(em: Em, grip: Grip, { parts, values }: { parts: string; values: unknown[] }): Promise<number> {
  return write(em, grip, `${parts}, done as (select pool_id from noted)`, values)
}
