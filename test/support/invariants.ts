// What must hold in the books at any moment, whatever was asked for at once: each as a query that finds what breaks it.
import type { Em } from '../../server/db/orm.ts'

const open = "('queued', 'running', 'undoing', 'stuck')"
/** A VM whose creation has not been taken back: it has all that it was promised. */
const whole = "vm.phase <> 'failed' and not exists (select 1 from task t join saga s on s.task_id = t.id where t.object_id = vm.id and s.name = 'vm-create' and (s.state in ('undoing', 'undone') or t.cancel_requested_at is not null))"

const invariants: Record<string, string> = {
  'a VM has its disk': `select vm.id from vm where not exists (select 1 from disk where disk.vm_id = vm.id)`,
  'a VM holds its host\'s capacity, once': `select vm.id from vm where ${whole} and (select count(*) from reservation r where r.vm_id = vm.id and r.host_id = vm.host_id and r.vcpus = vm.vcpus and r.memory_bytes = vm.memory_bytes) <> 1`,
  'a VM holds its pool\'s space, once': `select vm.id from vm join disk on disk.vm_id = vm.id where ${whole} and (select count(*) from reservation r where r.vm_id = vm.id and r.pool_id = disk.pool_id and r.disk_bytes = disk.size_bytes) <> 1`,
  'a VM holds nothing else': `select vm_id as id from reservation where reason <> 'move' group by vm_id having count(*) > 2`,
  'a VM is promised room on one other host at most': `select vm_id as id from reservation where reason = 'move' group by vm_id having count(*) > 1 union all select vm.id from reservation r join vm on vm.id = r.vm_id where r.reason = 'move' and r.host_id = vm.host_id`,
  'a VM was made by a task': `select vm.id from vm where not exists (select 1 from task where method = 'createVm' and object_id = vm.id)`,
  'an interface has an address of each subnet of its network': `
    select i.id from vm_interface i join vm on vm.id = i.vm_id join subnet on subnet.network_id = i.network_id
    where ${whole} and (select count(*) from address a where a.interface_id = i.id and a.vm_id = vm.id and a.subnet_id = subnet.id and a.released_at is null) <> 1`,
  'an address that is held is held by an interface': `select a.id from address a where a.released_at is null and not exists (select 1 from vm_interface i where i.id = a.interface_id and i.vm_id = a.vm_id)`,
  'an address is held once': `select subnet_id as id from address where released_at is null group by subnet_id, ip having count(*) > 1`,
  'an address lies in its range and is not the gateway': `select a.id from address a join subnet s on s.id = a.subnet_id where a.ip not between s.range_first and s.range_last or host(a.ip) = host(s.gateway)`,
  'a name stands once in its workspace': `select workspace_id as id from vm group by workspace_id, name having count(*) > 1 union all select workspace_id from network group by workspace_id, name having count(*) > 1`,
  'a MAC is given once': `select min(id::text)::uuid as id from vm_interface group by mac having count(*) > 1`,
  'a private network has a subnet and a task': `select n.id from network n where n.workspace_id is not null and (not exists (select 1 from subnet where network_id = n.id) or not exists (select 1 from task where object_id = n.id))`,
  'a VLAN is given once in its area': `select area_id as id from network group by area_id, kind, vlan having count(*) > 1`,
  'a task has one saga': `select task.id from task where (select count(*) from saga where saga.task_id = task.id) <> 1`,
  'a task that makes something has something': `
    select task.id from task where state in ${open} and ((method = 'createVm' and not exists (select 1 from vm where vm.id = task.object_id)) or (method = 'createNetwork' and not exists (select 1 from network where network.id = task.object_id)))`,
  'an open saga stands in its line': `select saga.id from saga where state in ${open} and not exists (select 1 from object_lock where saga_id = saga.id)`,
  'a saga that has ended stands in none': `select saga.id from saga join object_lock on saga_id = saga.id where state not in ${open}`,
  'an idempotency key names a task that is there': `select object_id as id from idempotency where method in ('createVm', 'createNetwork') and not exists (select 1 from task where task.id = idempotency.task_id and task.object_id = idempotency.object_id)`,
  'a host promises no more than it has': `
    select host.id from host join area on area.id = host.area_id where (select coalesce(sum(memory_bytes), 0) from reservation where host_id = host.id) > (host.memory_bytes - host.reserved_memory_bytes) * area.memory_overcommit
      or (select coalesce(sum(vcpus), 0) from reservation where host_id = host.id) > host.cpus * area.vcpu_overcommit`,
  'the room of a host is what its reservations leave': `
    select room.host_id as id from host_room room left join (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from reservation group by host_id) promised using (host_id), lateral host_bounds(room.host_id, null) bounds
    where (room.promised_vcpus, room.promised_memory_bytes) <> (coalesce(promised.vcpus, 0), coalesce(promised.memory_bytes, 0))
      or (room.area_id, room.is_open, room.labels, room.one_vcpus, room.most_vcpus, room.most_memory_bytes) is distinct from (bounds.area_id, bounds.is_open, bounds.labels, bounds.one_vcpus, bounds.most_vcpus, bounds.most_memory_bytes)`,
  'every host has its room': `select id from host where not exists (select 1 from host_room where host_id = host.id)`,
  'no two VMs of a hard anti-affinity group are promised one host': `
    select member.group_id as id from affinity_member member join affinity_group g on g.id = member.group_id and g.policy = 'anti-affinity' and g.strength = 'hard'
    join reservation r on r.vm_id = member.vm_id and r.host_id is not null group by member.group_id, r.host_id having count(distinct r.vm_id) > 1`,
  'a pool promises no more than it has': `select pool.id from pool where (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) > floor(capacity_bytes * disk_overcommit)`,
  // True where no limit was set below what was used.
  'a workspace has no more than its quota': `
    select q.workspace_id as id from quota q where q.most < case q.resource
      when 'vms' then (select count(*) from vm where workspace_id = q.workspace_id)
      when 'vcpus' then (select coalesce(sum(vcpus), 0) from vm where workspace_id = q.workspace_id)
      when 'memoryBytes' then (select coalesce(sum(memory_bytes), 0) from vm where workspace_id = q.workspace_id)
      when 'diskBytes' then (select coalesce(sum(size_bytes), 0) from disk join vm on vm.id = disk.vm_id where workspace_id = q.workspace_id)
      when 'addresses' then (select count(*) from address join vm on vm.id = address.vm_id where workspace_id = q.workspace_id and released_at is null)
      when 'networks' then (select count(*) from network where workspace_id = q.workspace_id) else 0 end`,
}

/** The invariants that do not hold, each with how often it is broken. In one snapshot: while others write, too. */
export async function brokenInvariants(em: Em): Promise<Record<string, number>> {
  const parts = Object.entries(invariants).map(([name, query]) => `select '${name.replaceAll("'", "''")}' as name, count(*)::int as broken from (${query}) as found`)
  const rows = await em.execute<{ name: string; broken: number }[]>(parts.join(' union all '))
  return Object.fromEntries(rows.filter(({ broken }) => broken > 0).map(({ name, broken }) => [name, broken]))
}

/** What is left of VMs and networks in the whole database; nothing, once all have been deleted. */
export async function leftovers(em: Em): Promise<Record<string, number>> {
  const [counts] = await em.execute<Record<string, number>[]>(`
    select (select count(*) from vm)::int as vms, (select count(*) from disk)::int as disks, (select count(*) from vm_interface)::int as interfaces, (select count(*) from reservation)::int as reservations,
      (select count(*) from address where released_at is null)::int as addresses, (select count(*) from network)::int as networks, (select count(*) from subnet)::int as subnets,
      (select count(*) from object_lock)::int as places, (select count(*) from saga where state in ${open})::int as sagas`)
  return Object.fromEntries(Object.entries(counts!).filter(([, count]) => count > 0))
}
