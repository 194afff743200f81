import { KloudakError } from '../model/errors.ts'
import type { Permission } from '../model/permissions.ts'
import type { Actor } from './actor.ts'

/** UNAUTHENTICATED unless somebody is signed in. */
export function requireActor(actor: Actor | undefined): Actor {
  if (!actor) throw new KloudakError('UNAUTHENTICATED', 'Sign in first.', { remedy: 'Sign in and send the access token as a bearer token.' })
  return actor
}

/** FORBIDDEN for an API token: what it would widen itself with needs the person, who has signed in. */
export function requireSignIn(actor: Actor | undefined): Actor {
  const known = requireActor(actor)
  if (known.isToken) throw new KloudakError('FORBIDDEN', 'API tokens cannot do this.', { remedy: 'Sign in with your password.' })
  return known
}

/** FORBIDDEN for an API token that is not for all workspaces, later ones included, or may not change them. */
export function requireWorkspaceMaker(actor: Actor): void {
  if (!actor.isToken || actor.superuser || actor.makesWorkspaces) return
  throw new KloudakError('FORBIDDEN', 'This API token makes no workspaces.', { remedy: 'Use one with workspace:edit in all workspaces, or sign in.' })
}

/** Whether the actor sees what belongs to a workspace: members and superusers do. Null is what belongs to no workspace, for superusers alone. */
export function maySee(actor: Actor | undefined, workspaceId: string | null): boolean {
  if (!actor) return false
  return actor.superuser || (workspaceId !== null && actor.memberships.has(workspaceId))
}

/** Whether the actor holds a permission in a workspace. Superusers hold all of them everywhere. */
export function may(actor: Actor | undefined, permission: Permission, workspaceId: string | null): boolean {
  if (!actor) return false
  return actor.superuser || (workspaceId !== null && actor.memberships.get(workspaceId)?.has(permission) === true)
}

/**
 * NOT_FOUND unless the actor sees the workspace's things, with words that do not differ from those about a thing that is not there.
 * `what` names the kind of thing, `field` the input field that named it.
 */
export function requireSight(actor: Actor | undefined, workspaceId: string | null, what: string, field?: string): Actor {
  const known = requireActor(actor)
  if (!maySee(known, workspaceId)) throw notFound(what, field)
  return known
}

/**
 * Default deny: UNAUTHENTICATED for nobody, NOT_FOUND for whoever may not even see the thing, FORBIDDEN for members who
 * lack the permission.
 */
export function authorize(actor: Actor | undefined, permission: Permission, workspaceId: string | null, what: string, field?: string): Actor {
  const known = requireSight(actor, workspaceId, what, field)
  if (!may(known, permission, workspaceId)) {
    throw new KloudakError('FORBIDDEN', `This needs the permission ${permission} in the workspace.`, { remedy: 'Ask an owner of the workspace for it.' })
  }
  return known
}

/** FORBIDDEN unless the actor is a superuser. */
export function requireSuperuser(actor: Actor | undefined): Actor {
  const known = requireActor(actor)
  if (!known.superuser) throw new KloudakError('FORBIDDEN', 'This is for superusers.', { remedy: 'Ask an operator of this Kloudak.' })
  return known
}

/** The one form of NOT_FOUND, whether the thing is missing or hidden. */
export function notFound(what: string, field?: string): KloudakError {
  return new KloudakError('NOT_FOUND', `There is no such ${what}.`, { field, remedy: 'Check the id; the object may have been deleted.' })
}
