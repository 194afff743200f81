import { requireSuperuser } from '../auth/authorize.ts'
import { knownPolicies } from '../db/own-policies.ts'
import type { Reader } from './reader.ts'

export interface KnownPolicy { name: string; description: string; isOwn: boolean }

/** FORBIDDEN for all but superusers. */
export function listPolicies({ actor }: Reader): KnownPolicy[] {
  requireSuperuser(actor)
  return knownPolicies().map(({ name, policy: { description }, isOwn }) => ({ name, description, isOwn }))
}
