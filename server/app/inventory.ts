import { hostEnrol } from '../../jobs/contract/host.ts'
import { imageImport } from '../../jobs/contract/image.ts'
import { networkCreate } from '../../jobs/contract/network.ts'
import { publicHalfIfReadable } from '../auth/ssh-keys.ts'
import type { Sender } from '../db/boss.ts'
import type { MasterKey } from '../db/master-key.ts'
import type { Em } from '../db/orm.ts'
import { seal, unseal } from '../db/seal.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import { checkPoolPath } from '../model/pool.ts'
import { planSubnet } from '../model/network.ts'
import { insertArea } from './area.ts'
import { insertPublicNetwork, lockArea } from './public-network.ts'
import { startTask } from './task.ts'
import { insertTemplate } from './template.ts'
import type { NewTemplate } from './template.ts'

/**
 * An operator's act on the inventory: the rows' transaction, the queue's bell, and who asked (null for the launcher of
 * the machine, which holds the master key and so more than any user).
 */
export interface Operator { em: Em; sender: Sender; userId: string | null; masterKey: MasterKey }

/** What an idempotent act returns: the object's id, and the task that prepares it when it was made just now. */
export interface Registered { id: string; taskId: string | undefined }

async function existing(em: Em, table: 'area' | 'host' | 'pool' | 'image' | 'template', name: string): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string }[]>(`select id from ${table} where name = ?${table === 'host' ? " and state <> 'retired'" : ''}`, [name])
  return row?.id
}

function operatorTask(operator: Operator, request: Pick<Parameters<typeof startTask>[2], 'contract' | 'input' | 'method' | 'object'>) {
  return startTask(operator.em, operator.sender, { ...request, workspaceId: null, userId: operator.userId, publicInput: {}, requestId: null, clientAddress: null })
}

/** An area that needs no more than a name. */
export async function createArea({ em }: Operator, { name }: { name: string }): Promise<Registered> {
  const known = await existing(em, 'area', checkName(name))
  if (known) return { id: known, taskId: undefined }
  const id = newId()
  await insertArea(em, id, { name })
  return { id, taskId: undefined }
}

export type HostAccess =
  | { kind: 'ssh'; address: string; sshPort: number; sshUser: string; privateKey: string; hostKey: string }
  | { kind: 'local' | 'simulated' }

export interface NewHost {
  name: string
  areaId: string
  access: HostAccess
  publicBridge: string
  trunkBridge: string
  /** The machine was set up from nothing: a known host is looked at and prepared again. */
  isRebuilt?: boolean
}

/**
 * Pins the host's key, seals ours, and starts the enrolment that looks at the host. A known host gets new access data, and
 * another enrolment when the last one failed.
 */
export async function registerHost(operator: Operator, { name, areaId, access, publicBridge, trunkBridge, isRebuilt = false }: NewHost): Promise<Registered> {
  const { em } = operator
  checkName(name)
  const known = await existing(em, 'host', name)
  const id = known ?? newId()
  const ssh = access.kind === 'ssh'
    ? [access.address, access.sshPort, access.sshUser, access.hostKey, seal(operator.masterKey, { table: 'host', id }, access.privateKey)]
    : [null, null, null, null, null]
  const publicKey = access.kind === 'ssh' ? publicHalfIfReadable(access.privateKey, `kloudak@${name}`) : null
  if (known) {
    // Sealing anew makes other bytes of the same key, and other bytes are a new link: only a real change is written.
    const [{ sealed }] = await em.execute<[{ sealed: Buffer | null }]>('select ssh_key_sealed as sealed from host where id = ?', [id])
    const sameKey = access.kind !== 'ssh' || (sealed !== null && unseal(operator.masterKey, { table: 'host', id }, sealed).toString() === access.privateKey)
    await em.execute(`
      update host set kind = ?, address = ?, ssh_port = ?, ssh_user = ?, ssh_host_key = ?, ssh_key_sealed = ?
      where id = ? and (not ? or (kind, address, ssh_port, ssh_user, ssh_host_key) is distinct from (?, ?, ?, ?, ?))`, [access.kind, ...ssh, id, sameKey, access.kind, ...ssh.slice(0, 4)])
    if (access.kind === 'ssh') await em.execute('update host set ssh_public_key = ? where id = ? and ssh_public_key is distinct from ?', [publicKey, id, publicKey])
    if (isRebuilt) {
      await em.execute("update host set state = 'enrolling', frozen_reason = null, frozen_at = null where id = ?", [id])
      // What stood in its pools is gone on purpose, their markers too: that speaks against nobody.
      await em.execute('update pool set marked_at = null where area_id = ?', [areaId])
    }
    return { id, taskId: isRebuilt || await isAbandoned(em, id) ? await enrol(operator, id, name) : undefined }
  }
  await em.execute(`
    insert into host (id, area_id, name, public_bridge, trunk_bridge, kind, address, ssh_port, ssh_user, ssh_host_key, ssh_key_sealed, ssh_public_key)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [id, areaId, name, publicBridge, trunkBridge, access.kind, ...ssh, publicKey])
  return { id, taskId: await enrol(operator, id, name) }
}

async function enrol(operator: Operator, hostId: string, name: string): Promise<string> {
  const { taskId } = await operatorTask(operator, { contract: hostEnrol, input: { hostId }, method: 'enrolHost', object: { type: 'host', id: hostId, name } })
  return taskId
}

/** Whether the host's enrolment failed and nothing is at it: registering it again is then another try. */
async function isAbandoned(em: Em, hostId: string): Promise<boolean> {
  const [row] = await em.execute<object[]>(`
    select 1 from host where id = ? and state = 'enrolling'
    and not exists (select 1 from task where object_id = host.id and state in ('queued', 'running', 'undoing', 'stuck'))`, [hostId])
  return row !== undefined
}

/** A directory at the same path on every host of the area. Enrolment defines it on each host. */
export async function createPool({ em }: Operator, { name, areaId, path, wipeOnDelete }: { name: string; areaId: string; path: string; wipeOnDelete: boolean }): Promise<Registered> {
  checkName(name)
  checkPoolPath(path)
  const [known] = await em.execute<{ id: string }[]>('select id from pool where area_id = ? and name = ?', [areaId, name])
  if (known) return { id: known.id, taskId: undefined }
  const id = newId()
  await em.execute('insert into pool (id, area_id, name, path, wipe_on_delete) values (?, ?, ?, ?, ?)', [id, areaId, name, path, wipeOnDelete])
  return { id, taskId: undefined }
}

export interface NewImage { name: string; os: string; poolId: string; file: { path: string; sha256: string; format: 'qcow2' | 'raw'; sizeBytes: number; virtualSizeBytes: number } }

/** A version for each content (decision 17): the same file again is the same version. Starts the copy into the pool. */
export async function registerImage(operator: Operator, { name, os, poolId, file }: NewImage): Promise<Registered> {
  const { em } = operator
  checkName(name)
  let imageId = await existing(em, 'image', name)
  if (!imageId) {
    imageId = newId()
    await em.execute('insert into image (id, name, os) values (?, ?, ?)', [imageId, name, os])
  }
  let [version] = await em.execute<{ id: string }[]>('select id from image_version where image_id = ? and sha256 = ?', [imageId, file.sha256])
  if (!version) {
    version = { id: newId() }
    await em.execute(`
      insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes, source_path)
      values (?, ?, (select coalesce(max(number), 0) + 1 from image_version where image_id = ?), ?, ?, ?, ?, ?)`, [version.id, imageId, imageId, file.sha256, file.format, file.sizeBytes, file.virtualSizeBytes, file.path])
  }
  // The same content may lie elsewhere by now.
  await em.execute('update image_version set source_path = ? where id = ? and source_path is distinct from ?', [file.path, version.id, file.path])
  const [replica] = await em.execute<{ state: string }[]>('select state from image_replica where image_version_id = ? and pool_id = ?', [version.id, poolId])
  if (replica && replica.state !== 'failed') return { id: version.id, taskId: undefined }
  if (replica) await em.execute("update image_replica set state = 'uploading', updated_at = now() where image_version_id = ? and pool_id = ?", [version.id, poolId])
  else await em.execute('insert into image_replica (id, image_version_id, pool_id, volume) values (?, ?, ?, ?)', [newId(), version.id, poolId, `image-${version.id}.${file.format}`])
  const { taskId } = await operatorTask(operator, { contract: imageImport, input: { imageVersionId: version.id, poolId }, method: 'importImage', object: { type: 'image', id: imageId, name } })
  return { id: version.id, taskId }
}

/** What users pick. One that exists takes the newest version of its image; VMs that exist keep theirs. */
export async function createTemplate({ em }: Operator, template: NewTemplate): Promise<Registered> {
  const known = await existing(em, 'template', checkName(template.name))
  if (known) {
    await em.execute('update template set image_version_id = ? where id = ? and image_version_id <> ?', [template.imageVersionId, known, template.imageVersionId])
    return { id: known, taskId: undefined }
  }
  const id = newId()
  await insertTemplate(em, id, template)
  return { id, taskId: undefined }
}

export interface NewPublicNetwork { name: string; areaId: string; cidr: string; gateway: string | null; dns: string[]; rangeFirst: string; rangeLast: string; vlan: number | null }

/**
 * A network of the area's public bridge that every workspace may use. INVALID_INPUT when its subnet or range holds what no
 * guest may have; the gateway is never handed out, even inside the range.
 */
export async function createPublicNetwork(operator: Operator, { name, areaId, vlan, ...asked }: NewPublicNetwork): Promise<Registered> {
  const { em } = operator
  checkName(name)
  const plan = planSubnet(asked)
  const [known] = await em.execute<{ id: string }[]>('select id from network where workspace_id is null and name = ?', [name])
  if (known) return { id: known.id, taskId: undefined }
  const id = newId()
  await lockArea(em, areaId)
  await insertPublicNetwork(em, { id, areaId, name, description: '', vlan, subnets: [{ subnet: { ...plan, gateway: asked.gateway === null ? null : plan.gateway }, reserved: [] }] })
  const { taskId } = await operatorTask(operator, { contract: networkCreate, input: { networkId: id }, method: 'createPublicNetwork', object: { type: 'network', id, name } })
  return { id, taskId }
}
