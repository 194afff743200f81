import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import { KloudakError } from '../model/errors.ts'
import type { KeyRing } from './key-ring.ts'

const issuer = 'kloudak'
const accessTokenMs = 10 * 60_000
/** Claims must fit a header wherever the token goes: past this only the workspaces' names are told (decision 19). */
const largestClaimBytes = 4_096

export interface AccessClaims { userId: string; sessionId: string; expiresAt: Date }

/** What the token tells other services about a user. Kloudak itself decides from the database. */
export interface TokenSubject {
  userId: string
  sessionId: string
  username: string
  superuser: boolean
  workspaces: { name: string; permissions: readonly string[] }[]
}

/** A signed access token, good for ten minutes. */
export async function issueAccessToken(ring: KeyRing, subject: TokenSubject, lifetimeMs = accessTokenMs): Promise<{ token: string; expiresAt: Date }> {
  const { kid, key, algorithm } = await ring.signingKey()
  const expiresAtSeconds = Math.floor((Date.now() + lifetimeMs) / 1_000)
  const token = await new SignJWT({ sid: subject.sessionId, name: subject.username, superuser: subject.superuser, ...workspaceClaims(subject.workspaces) })
    .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' }).setIssuer(issuer).setAudience(issuer).setSubject(subject.userId).setIssuedAt().setExpirationTime(expiresAtSeconds).sign(key)
  return { token, expiresAt: new Date(expiresAtSeconds * 1_000) }
}

/** Whom a token was given to. UNAUTHENTICATED when it is not ours, changed, or past its end; that it is good does not say that the session is. */
export async function verifyAccessToken(ring: KeyRing, token: string): Promise<AccessClaims> {
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid === undefined ? undefined : await ring.verifyingKey(kid)
    if (!key) throw refused()
    const { payload } = await jwtVerify(token, key, { issuer, audience: issuer, algorithms: ['EdDSA'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] })
    return { userId: payload.sub!, sessionId: String(payload.sid), expiresAt: new Date(payload.exp! * 1_000) }
  } catch (error) {
    // jose's own errors are about the token; anything else (the database) is not the caller's fault.
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw refused(error)
    throw error
  }
}

function refused(cause?: unknown): KloudakError {
  return new KloudakError('UNAUTHENTICATED', 'The access token is not good, or has ended.', { cause, remedy: 'Refresh the session, or sign in again.' })
}

export function workspaceClaims(workspaces: TokenSubject['workspaces']): Record<string, unknown> {
  const fits = (claims: object) => Buffer.byteLength(JSON.stringify(claims)) <= largestClaimBytes
  const whole = { workspaces: Object.fromEntries(workspaces.map(({ name, permissions }) => [name, permissions])) }
  if (fits(whole)) return whole
  const names = { workspaceNames: workspaces.map(({ name }) => name), incomplete: false }
  while (!fits(names)) { names.workspaceNames.length = Math.floor(names.workspaceNames.length / 2); names.incomplete = true }
  return names
}
