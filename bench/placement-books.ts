// An area of many hosts that have promised a part of what they have, in books of their own.
import { openDb } from '../server/db/orm.ts'
import type { Db } from '../server/db/orm.ts'
import { GiB } from '../server/model/units.ts'
import { makeWorld } from '../test/support/world.ts'

export interface Books { areaId: string; vmId: string }

/** `full`: the share of their memory that hosts have promised on the average, in reservations of 8 GiB and 2 vCPUs. */
export async function writePlacementBooks(url: string, options: { hosts: number; full: number }): Promise<Books> {
  // Thousands of rows in one statement: longer than a transaction of ours may take.
  const db = await openDb({ url, poolSize: 1, transactionTimeoutMs: 300_000 })
  try { return await write(db, options) } finally { await db.close(true) }
}

async function write(db: Db, { hosts, full }: { hosts: number; full: number }): Promise<Books> {
  const { areaId, templateId, workspaceId, owner, hostIds } = await makeWorld(db)
  const em = db.em.fork()
  await em.execute('delete from host where id = ?', [hostIds[0]])
  await em.execute("update area set machine_type = 'pc-q35-7.2', cpu_model = 'qemu64' where id = ?", [areaId])
  const facts = JSON.stringify({ domainType: 'kvm', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64', emulator: 'q' })
  await em.execute(`
    insert into host (id, area_id, name, kind, state, facts, cpus, memory_bytes, reserved_memory_bytes, labels)
    select gen_random_uuid(), ?, 'host-' || n, 'simulated', case when n % 50 = 0 then 'down' else 'up' end, ?::jsonb, 64, ?, ?, case when n % 1000 = 1 then '{gpu}'::text[] else '{}' end
    from generate_series(1, ?) n`, [areaId, facts, 256 * GiB, 4 * GiB, hosts])
  const vmId = crypto.randomUUID()
  await em.execute(`
    insert into vm (id, workspace_id, area_id, template_id, host_id, name, hostname, domain_uuid, vcpus, memory_bytes, machine, created_by)
    select ?, ?, ?, ?, id, 'vm', 'vm', gen_random_uuid(), 2, ?, '{}', ? from host limit 1`, [vmId, workspaceId, areaId, templateId, 8 * GiB, owner.actor!.id])
  await em.execute(`
    insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason)
    select gen_random_uuid(), ?, host.id, 2, ?, 'vm'
    from (select id, random() as luck from host where area_id = ?) host cross join lateral generate_series(1, least(31, round(31 * ?::float8 + (luck - 0.5) * 6))::integer) one`, [vmId, 8 * GiB, areaId, full])
  await em.execute('vacuum analyze')
  return { areaId, vmId }
}
