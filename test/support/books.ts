// Rows for tests that need hosts and VMs in the books, without the verbs that make them.
import type { Em } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'

export interface Books { userId: string; workspaceId: string; areaId: string; templateId: string }

/** A user who owns a workspace, an area and a template. */
export async function writeBooks(em: Em): Promise<Books> {
  const [userId, workspaceId, areaId, templateId, imageId, versionId] = Array.from({ length: 6 }, newId)
  const short = userId!.slice(-12)
  await em.execute("insert into user_account (id, username, username_key, password_hash) values (?, ?, ?, 'x')", [userId, short, short])
  await em.execute('insert into workspace (id, name, name_key) values (?, ?, ?)', [workspaceId, short, short])
  await em.execute("insert into membership (workspace_id, user_id, permissions) values (?, ?, '{vm:edit,vm:console}')", [workspaceId, userId])
  await em.execute('insert into area (id, name) values (?, ?)', [areaId, short])
  await em.execute("insert into image (id, name, os) values (?, ?, 'linux')", [imageId, short])
  await em.execute("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 1, ?, 'qcow2', 1, 1)", [versionId, imageId, '0'.repeat(64)])
  await em.execute("insert into template (id, name, os, vcpus, memory_bytes, disk_bytes, image_version_id) values (?, ?, 'linux', 1, 67108864, 16777216, ?)", [templateId, short, versionId])
  return { userId: userId!, workspaceId: workspaceId!, areaId: areaId!, templateId: templateId! }
}

export async function writeHost(em: Em, { areaId }: Books, { kind = 'simulated', state = 'up' }: { kind?: string; state?: string } = {}): Promise<{ id: string; name: string; areaId: string }> {
  const id = newId()
  const name = `host-${id.slice(-12)}`
  await em.execute('insert into host (id, area_id, name, kind, state) values (?, ?, ?, ?, ?)', [id, areaId, name, kind, state])
  return { id, name, areaId }
}

export async function writeVm(em: Em, { userId, workspaceId, areaId, templateId }: Books, hostId: string, { phase = 'ready', power = 'unknown' }: { phase?: string; power?: string } = {}): Promise<{ id: string; domainUuid: string }> {
  const [id, domainUuid] = [newId(), newId()]
  await em.execute(
    "insert into vm (id, workspace_id, area_id, template_id, host_id, name, hostname, domain_uuid, phase, observed_power, vcpus, memory_bytes, machine, created_by) values (?, ?, ?, ?, ?, ?, 'vm', ?, ?, ?, 1, 67108864, '{}', ?)",
    [id, workspaceId, areaId, templateId, hostId, `vm-${id.slice(-12)}`, domainUuid, phase, power, userId],
  )
  return { id, domainUuid }
}
