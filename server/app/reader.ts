import type { Actor, Caller } from '../auth/actor.ts'
import { requireActor } from '../auth/authorize.ts'
import type { Em } from '../db/orm.ts'
import type { Sight } from '../db/queries/page.ts'

/** Who reads, and through which connection. */
export type Reader = Caller & { em: Em }

/** The workspaces whose things the reader sees. UNAUTHENTICATED for nobody. */
export function sightOf({ actor }: Caller): Sight {
  const { superuser, memberships } = requireActor(actor)
  return superuser ? 'all' : [...memberships.keys()]
}

/** Whether the reader sees what operators keep: hosts and pools. */
export const isOperator = (actor: Actor | undefined): boolean => actor?.superuser === true
