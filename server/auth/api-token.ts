import { createHash, randomBytes } from 'node:crypto'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import type { AccessClaims } from './access-token.ts'

/** Tells people, and what looks for leaked secrets, what it is. */
const prefix = 'kld_'
/** How old the time of the last use may be: not every request shall write. */
const usedAtEvery = "interval '1 minute'"

export const isApiToken = (token: string): boolean => token.startsWith(prefix)

/** 256 random bits; only the hash is stored. */
export function makeApiToken(): { token: string; tokenHash: Buffer } {
  const token = prefix + randomBytes(32).toString('base64url')
  return { token, tokenHash: hash(token) }
}

const hash = (token: string) => createHash('sha256').update(token).digest()

/** Whose an API token is. UNAUTHENTICATED when it was never given, was revoked, or has ended. */
export async function verifyApiToken(em: Em, token: string): Promise<AccessClaims> {
  const [row] = await em.execute<{ id: string; user_id: string; expires_at: string; stale: boolean }[]>(`
    select id, user_id, expires_at, used_at < now() - ${usedAtEvery} or used_at = created_at as stale from session
    where token_hash = ? and kind = 'token' and revoked_at is null and expires_at > now()`, [hash(token)])
  if (!row) throw new KloudakError('UNAUTHENTICATED', 'The API token is not good, was revoked, or has ended.', { remedy: 'Create a new one.' })
  if (row.stale) await em.execute(`update session set used_at = clock_timestamp() where id = ? and (used_at < now() - ${usedAtEvery} or used_at = created_at)`, [row.id])
  return { userId: row.user_id, sessionId: row.id, expiresAt: new Date(row.expires_at) }
}
