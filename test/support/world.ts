import { randomBytes } from 'node:crypto'
import { Image, ImageReplica, ImageVersion, Template } from '../../server/db/entities/catalogue.ts'
import { Area, Host, Pool } from '../../server/db/entities/infrastructure.ts'
import { Membership, Session, UserAccount, Workspace } from '../../server/db/entities/people.ts'
import type { Actor, Caller } from '../../server/auth/actor.ts'
import type { Db, Em } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { GiB, MiB } from '../../server/model/units.ts'

/** What a host of the tests says of itself. */
export const hostFacts = { hostname: 'h', hostUuid: newId(), libvirtVersion: '9.0.0', qemuVersion: '7.2.0', domainType: 'qemu', architecture: 'x86_64', emulator: '/usr/bin/qemu-system-x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64', cpus: 16, memoryBytes: 64 * GiB, freeMemoryBytes: 60 * GiB }

export interface World { areaId: string; hostIds: string[]; poolId: string; templateId: string; imageVersionId: string; workspaceId: string; owner: Caller; superuser: Caller }

export interface WorldOptions { hosts?: number; hostMemoryBytes?: number; poolBytes?: number }

/** An area with hosts that are up, a pool, a template whose image lies in the pool, and a workspace with its owner. */
export async function makeWorld(db: Db, { hosts = 1, hostMemoryBytes = 64 * GiB, poolBytes = 1024 * GiB }: WorldOptions = {}): Promise<World> {
  const em = db.em.fork()
  const [areaId, poolId, imageId, imageVersionId, templateId] = [newId(), newId(), newId(), newId(), newId()]
  await em.insert(Area, { id: areaId, name: `area-${areaId}` })
  const hostIds = Array.from({ length: hosts }, newId)
  await em.insertMany(Host, hostIds.map((id) => ({ id, area: areaId, name: `host-${id}`, kind: 'simulated' as const, state: 'up' as const, facts: hostFacts, cpus: 16, memoryBytes: hostMemoryBytes, reservedMemoryBytes: 0 })))
  await em.insert(Pool, { id: poolId, area: areaId, name: 'pool', path: '/pool', capacityBytes: poolBytes, availableBytes: poolBytes })
  await em.insert(Image, { id: imageId, name: `image-${imageId}`, os: 'Debian' })
  await em.insert(ImageVersion, { id: imageVersionId, image: imageId, number: 1, sha256: 'a'.repeat(64), format: 'qcow2', sizeBytes: 64 * MiB, virtualSizeBytes: 256 * MiB })
  await em.insert(ImageReplica, { id: newId(), imageVersion: imageVersionId, pool: poolId, volume: `image-${imageVersionId}`, state: 'ready' })
  await em.insert(Template, { id: templateId, name: `template-${templateId}`, os: 'Debian', vcpus: 1, memoryBytes: 256 * MiB, diskBytes: GiB, imageVersion: imageVersionId })
  const workspaceId = await addWorkspace(em)
  return { areaId, hostIds, poolId, templateId, imageVersionId, workspaceId, owner: await addUser(em, { [workspaceId]: permissions }), superuser: await addUser(em, {}, true) }
}

export async function addWorkspace(em: Em): Promise<string> {
  const id = newId()
  await em.insert(Workspace, { id, name: `workspace-${id}`, nameKey: `workspace-${id}` })
  return id
}

/** A user with these memberships, as the caller that a request of theirs has. */
export async function addUser(em: Em, memberships: Record<string, readonly Permission[]>, superuser = false): Promise<Caller> {
  const id = newId()
  await em.insert(UserAccount, { id, username: `user-${id}`, usernameKey: `user-${id}`, passwordHash: '-', superuser })
  for (const [workspace, held] of Object.entries(memberships)) await em.insert(Membership, { id: newId(), workspace, user: id, permissions: [...held] })
  const sessionId = newId()
  await em.insert(Session, { id: sessionId, user: id, tokenHash: randomBytes(32), expiresAt: new Date(Date.now() + 3_600_000) })
  const actor: Actor = { id, username: `user-${id}`, superuser, sessionId, memberships: new Map(Object.entries(memberships).map(([workspace, held]) => [workspace, new Set(held)])) }
  return { actor, requestId: newId(), clientAddress: '127.0.0.1' }
}
