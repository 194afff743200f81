import { makeApiToken } from '../auth/api-token.ts'
import { maySee, notFound, requireSignIn } from '../auth/authorize.ts'
import type { Actor } from '../auth/actor.ts'
import { Session } from '../db/entities/people.ts'
import type { TokenScope } from '../db/entities/people.ts'
import { apiTokenById, apiTokenCount, apiTokenPage, liveApiTokenCount } from '../db/queries/people.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import type { PageRequest } from '../model/page.ts'
import { permissions } from '../model/permissions.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import type { Reader } from './reader.ts'

const mostTokens = 100
const mostScopes = 100
const day = 86_400_000
const lifetime = { usual: 90 * day, longest: 366 * day }

export interface CreateApiTokenInput extends Asked {
  name: string
  expiresAt?: Date | null | undefined
  scopes: readonly { workspaceId?: string | null | undefined; permissions: readonly string[] }[]
  superuser?: boolean | null | undefined
}

/**
 * A token for programs, with at most the caller's own rights at each moment. `token` is told to whoever asked first, and
 * to nobody again: only its hash is kept. FORBIDDEN for API tokens, which could outlive themselves otherwise.
 */
export async function createApiToken(context: AppContext, input: CreateApiTokenInput): Promise<Done & { token: string | null }> {
  const id = newId()
  let made: string | null = null
  // Of two at once one waits: both would otherwise find room for the last one.
  const done = await act(context, { method: 'createApiToken', input, objectId: id, changesOwnAccess: true }, async ({ em, actor, plan }) => {
    requireSignIn(actor)
    const name = checkName(input.name)
    const expiresAt = checkExpiry(input.expiresAt)
    const scopes = checkScopes(actor, input.scopes)
    const superuserScope = input.superuser === true
    if (superuserScope && !actor.superuser) throw new KloudakError('INVALID_INPUT', 'You are not a superuser.', { field: 'superuser', remedy: 'Leave it away.' })
    await requireRoom(em, actor.id)
    const { token, tokenHash } = makeApiToken()
    await em.insert(Session, { id, user: actor.id, kind: 'token', name, scopes, superuserScope, tokenHash, expiresAt })
    context.note.object = { type: 'apiToken', id, name }
    plan.step(`The API token ${name} is made, good until ${expiresAt.toISOString()}.`)
    made = input.dryRun === true ? null : token
    return { taskId: null }
  })
  return { ...done, token: made }
}

/** The token is good for nothing from the moment that this commits; its sockets and consoles close. */
export async function revokeApiToken(context: AppContext, input: Asked & { tokenId: string }): Promise<Done> {
  return act(context, { method: 'revokeApiToken', input, objectId: input.tokenId, changesOwnAccess: true }, async ({ em, actor, plan }) => {
    requireSignIn(actor)
    const token = await apiTokenById(em, actor.id, input.tokenId)
    if (!token) throw notFound('API token', 'tokenId')
    context.note.object = { type: 'apiToken', id: token.id, name: token.name! }
    plan.loss(`Whatever uses the API token ${token.name} is refused from then on.`)
    if (!token.revokedAt) await em.nativeUpdate(Session, { id: token.id, revokedAt: null }, { revokedAt: new Date() })
    return { taskId: null }
  })
}

/** The caller's tokens, newest first, those that ended within the last month too. */
export async function listApiTokens({ actor, em }: Reader, page: PageRequest): Promise<Session[]> {
  return apiTokenPage(em, requireSignIn(actor).id, page)
}

export async function countApiTokens({ actor, em }: Reader): Promise<number> {
  return apiTokenCount(em, requireSignIn(actor).id)
}

/** One of the caller's own tokens; undefined when there is none of this id. */
export async function findApiToken({ actor, em }: Reader, id: string): Promise<Session | undefined> {
  return apiTokenById(em, requireSignIn(actor).id, id)
}

function checkExpiry(expiresAt: Date | null | undefined): Date {
  const nowMs = Date.now()
  const at = expiresAt ?? new Date(nowMs + lifetime.usual)
  if (at.getTime() <= nowMs || at.getTime() > nowMs + lifetime.longest) throw new KloudakError('INVALID_INPUT', 'A token ends in the future, within a year.', { field: 'expiresAt', remedy: 'Choose an earlier date, and make a new token then.' })
  return at
}

function checkScopes(actor: Actor, scopes: CreateApiTokenInput['scopes']): TokenScope[] {
  if (scopes.length > mostScopes) throw new KloudakError('INVALID_INPUT', `A token has at most ${mostScopes} scopes.`, { field: 'scopes', remedy: 'Name no workspace: the scope is then for all of yours.' })
  return scopes.map(({ workspaceId, permissions: codes }, index) => {
    const field = `scopes.${index}`
    if (workspaceId != null && !actor.memberships.has(workspaceId)) {
      if (!maySee(actor, workspaceId)) throw notFound('workspace', `${field}.workspaceId`)
      throw new KloudakError('INVALID_INPUT', 'You are not a member of this workspace.', { field: `${field}.workspaceId`, remedy: 'Make a token with your rights as a superuser.' })
    }
    const unknown = codes.find((code) => !(permissions as readonly string[]).includes(code))
    if (unknown !== undefined) throw new KloudakError('INVALID_INPUT', `There is no permission ${unknown.slice(0, 40)}.`, { field: `${field}.permissions`, remedy: `The permissions are ${permissions.join(', ')}.` })
    return { workspaceId: workspaceId ?? null, permissions: [...new Set(codes)] }
  })
}

async function requireRoom(em: Em, userId: string): Promise<void> {
  const live = await liveApiTokenCount(em, userId)
  if (live >= mostTokens) throw new KloudakError('WRONG_STATE', `You have ${live} API tokens; a user has at most ${mostTokens}.`, { remedy: 'Revoke those that nothing uses.' })
}
