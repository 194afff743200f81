import { createHash } from 'node:crypto'
import { Session } from '../db/entities/people.ts'
import type { MasterKey } from '../db/master-key.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { changeAccess } from './access.ts'
import { makeRefreshToken, sessionOf, successorsOf } from './refresh-token.ts'

/** A session ends after two weeks without a refresh, and after 90 days in any case. */
const idle = "interval '14 days'"
const longest = "interval '90 days'"
/** How long the token before the current one may come back, because its answer was lost or two tabs asked at once. */
const grace = "interval '10 seconds'"
const fewExchanges = 8

export interface RefreshedSession { sessionId: string; userId: string; refreshToken: string; expiresAt: Date }

const hash = (token: string) => createHash('sha256').update(token).digest()

/** Opens a session; only the hash of its refresh token is stored. */
export async function openSession(em: Em, masterKey: MasterKey, userId: string): Promise<RefreshedSession> {
  const sessionId = newId()
  const refreshToken = makeRefreshToken(masterKey, sessionId)
  // Whoever signs in clears away what their sessions of old left behind.
  await em.execute("delete from session where user_id = ? and kind = 'sign-in' and (expires_at < now() or revoked_at < now() - interval '1 day')", [userId])
  const [row] = await em.execute<{ expires_at: string }[]>(
    `insert into session (id, user_id, token_hash, expires_at) values (?, ?, ?, now() + ${idle}) returning expires_at`, [sessionId, userId, hash(refreshToken)])
  return { sessionId, userId, refreshToken, expiresAt: new Date(row!.expires_at) }
}

/**
 * Exchanges a refresh token for the next one. The next is derived from it under a key of the server's, so that asking
 * twice within a few seconds gives the same answer twice. A token that was exchanged longer ago, however often since, has
 * been copied: the session ends for thief and owner alike.
 * UNAUTHENTICATED when the token is not good.
 */
export async function rotateSession(em: Em, masterKey: MasterKey, token: string): Promise<RefreshedSession> {
  const [refreshToken, ...older] = successorsOf(masterKey, token)
  const presented = hash(token)
  const [rotated] = await em.execute<SessionRow[]>(`
    update session set previous_token_hash = token_hash, token_hash = ?, used_at = now(), expires_at = least(now() + ${idle}, created_at + ${longest})
    where token_hash = ? and kind = 'sign-in' and revoked_at is null and expires_at > now()
    returning id, user_id, expires_at`, [hash(refreshToken), presented])
  if (rotated) return { sessionId: rotated.id, userId: rotated.user_id, refreshToken, expiresAt: new Date(rotated.expires_at) }
  // A process that did not know the newest master key yet may have given the answer that was lost.
  for (const given of [refreshToken, ...older]) {
    const [again] = await em.execute<SessionRow[]>(`
      select id, user_id, expires_at from session
      where previous_token_hash = ? and token_hash = ? and revoked_at is null and expires_at > now() and used_at > now() - ${grace}`, [presented, hash(given)])
    if (again) return { sessionId: again.id, userId: again.user_id, refreshToken: given, expiresAt: new Date(again.expires_at) }
  }
  const stolen = !await isOvertaken(em, masterKey, token) && await em.transactional((inner) => endSessionOfToken(inner, masterKey, token))
  throw new KloudakError('UNAUTHENTICATED', stolen ? 'This refresh token was used before, so the session was ended.' : 'The session has ended.', { remedy: 'Sign in again.' })
}

interface SessionRow { id: string; user_id: string; expires_at: string }

/** Whether it was exchanged a few times within the last seconds: many tabs that open at once do so, and nobody has stolen anything. */
async function isOvertaken(em: Em, masterKey: MasterKey, token: string): Promise<boolean> {
  const sessionId = sessionOf(masterKey, token)
  if (sessionId === undefined) return false
  const [session] = await em.execute<{ token_hash: Buffer }[]>(`select token_hash from session where id = ? and used_at > now() - ${grace}`, [sessionId])
  if (!session) return false
  for (let [at, times] = [token, 0]; times < fewExchanges; times++) {
    at = successorsOf(masterKey, at)[0]
    if (hash(at).equals(session.token_hash)) return true
  }
  return false
}

/** Ends the session that a refresh token is or was of, if there is one, once what it has under way has ended. Whether there was one. */
export async function endSessionOfToken(em: Em, masterKey: MasterKey, token: string): Promise<boolean> {
  const [presented, known] = [hash(token), sessionOf(masterKey, token)]
  const session = await em.findOne(Session, { kind: 'sign-in', revokedAt: null, $or: [{ tokenHash: presented }, { previousTokenHash: presented }, ...(known === undefined ? [] : [{ id: known }])] })
  if (!session) return false
  await changeAccess(em, session.user)
  return await em.nativeUpdate(Session, { id: session.id, revokedAt: null }, { revokedAt: new Date() }) > 0
}

/** Ends sessions of a user: one, which may be an API token; their sign-ins; or all of their sign-ins but one. `tokens`: their API tokens too. */
export async function endSessions(em: Em, userId: string, which: { only?: string; except?: string; tokens?: boolean } = {}): Promise<void> {
  await em.nativeUpdate(Session, {
    user: userId, revokedAt: null, ...(which.only || which.tokens ? {} : { kind: 'sign-in' as const }),
    ...(which.only ? { id: which.only } : {}), ...(which.except ? { id: { $ne: which.except } } : {}),
  }, { revokedAt: new Date() })
}
