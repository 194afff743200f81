import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { requireActor } from '../auth/authorize.ts'
import type { Caller } from '../auth/actor.ts'
import { Membership, Workspace } from '../db/entities/people.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import type { PageRequest } from '../model/page.ts'
import { permissions } from '../model/permissions.ts'

/** Names that differ only in case are the same name. */
export const nameKey = (name: string) => name.toLowerCase()

/** A new workspace whose creator may do everything in it. CONFLICT when the name is taken: it never makes one a member. */
export async function createWorkspace({ actor, em }: Caller & { em: Em }, input: { name: string }): Promise<Workspace> {
  const { id: user } = requireActor(actor)
  const name = checkName(input.name)
  try {
    return await em.transactional(async (inner) => {
      const workspace = inner.create(Workspace, { id: newId(), name, nameKey: nameKey(name) })
      inner.create(Membership, { workspace: workspace.id, user, permissions: [...permissions] })
      await inner.flush()
      return inner.refresh(workspace)
    }) as Workspace
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new KloudakError('CONFLICT', 'A workspace of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
    throw error
  }
}

/** The workspaces that the caller sees, by id (so by age), as one keyset page. */
export async function listWorkspaces({ actor, em }: Caller & { em: Em }, page: PageRequest): Promise<Workspace[]> {
  const { superuser, memberships } = requireActor(actor)
  return em.find(Workspace, {
    $and: [
      superuser ? {} : { id: { $in: [...memberships.keys()] } },
      page.after ? { id: { $gt: page.after } } : {},
      page.before ? { id: { $lt: page.before } } : {},
    ],
  }, { orderBy: { id: page.backward ? 'desc' : 'asc' }, limit: page.limit })
}

export async function countWorkspaces({ actor, em }: Caller & { em: Em }): Promise<number> {
  const { superuser, memberships } = requireActor(actor)
  return superuser ? em.count(Workspace) : memberships.size
}

/** Those of the workspaces that exist and that the caller sees, in no order. */
export async function findWorkspaces({ actor, em }: Caller & { em: Em }, ids: readonly string[]): Promise<Workspace[]> {
  const { superuser, memberships } = requireActor(actor)
  return em.find(Workspace, { id: { $in: ids.filter((id) => superuser || memberships.has(id)) } })
}
