import { requireActor, requireWorkspaceMaker } from '../auth/authorize.ts'
import type { Caller } from '../auth/actor.ts'
import { Membership, Workspace } from '../db/entities/people.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import type { PageRequest } from '../model/page.ts'
import { permissions } from '../model/permissions.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { lockWorkspace, requireStanding } from './workspace-lock.ts'

/** Names that differ only in case, in the width of letters or in blanks look the same, and are. INVALID_INPUT for one that grows too long by it. */
export function nameKey(name: string): string {
  const key = name.normalize('NFKC').toLowerCase().normalize('NFC').replaceAll(/[\ufe0e\ufe0f]/g, '').replaceAll(/\s+/g, ' ')
  if (key.length === 0 || key.length > 63) throw new KloudakError('INVALID_INPUT', 'This name cannot be told from others.', { field: 'name', remedy: 'Choose a shorter name, of plainer letters.' })
  return key
}

export interface CreateWorkspaceInput extends Asked { name: string }

/** A new workspace whose creator may do everything in it. CONFLICT when the name is taken: it never makes one a member. */
export async function createWorkspace(context: AppContext, input: CreateWorkspaceInput): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createWorkspace', input, objectId: id }, async ({ em, actor, plan }) => {
    requireWorkspaceMaker(actor)
    const name = checkName(input.name)
    context.note.object = { type: 'workspace', id, name }
    await em.insert(Workspace, { id, name, nameKey: nameKey(name) }).catch(refuseTaken)
    await em.insert(Membership, { id: newId(), workspace: id, user: actor.id, permissions: [...permissions] })
    context.note.workspaceId = id
    plan.step(`The workspace ${name} is created, with you as its owner.`)
    return { taskId: null }
  })
}

function refuseTaken(error: unknown): never {
  if (!violatedUnique(error)) throw error
  throw new KloudakError('CONFLICT', 'A workspace of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

export interface UpdateWorkspaceInput extends Asked { workspaceId: string; name?: string | null | undefined }

/** Renames a workspace; nothing else in it or about it changes. CONFLICT when the name is taken. */
export async function updateWorkspace(context: AppContext, input: UpdateWorkspaceInput): Promise<Done> {
  const { workspaceId } = input
  return act(context, { method: 'updateWorkspace', input, objectId: workspaceId }, async (act) => {
    act.authorize('workspace:edit', workspaceId, 'workspace', 'workspaceId')
    const workspace = requireStanding(await lockWorkspace(act.em, workspaceId))
    act.object = { type: 'workspace', id: workspaceId, name: workspace.name }
    act.plan.restsOn(`workspace ${workspaceId}`, workspace.version)
    if (input.name == null) return { taskId: null }
    const name = checkName(input.name)
    act.plan.step(`The workspace ${workspace.name} is called ${name}.`)
    await kyselyOf(act.em).updateTable('workspace').set({ name, nameKey: nameKey(name) }).where('id', '=', workspaceId).execute().catch(refuseTaken)
    return { taskId: null }
  })
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
