import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { keysOf } from '../db/master-key.ts'
import type { MasterKey } from '../db/master-key.ts'

// `secret.session`: what opens the session, and behind the dot whose it is, with our seal. Any token that a session ever
// had is known by that, also when it was exchanged many times since. Those of older servers have the secret alone.
const sealBytes = 16

const keyFor = (masterKey: Uint8Array, use: string) => Buffer.from(hkdfSync('sha256', masterKey, '', `kloudak ${use}`, 32))
const sealOf = (masterKey: Uint8Array, session: Uint8Array) => createHmac('sha256', keyFor(masterKey, 'refresh token session')).update(session).digest().subarray(0, sealBytes)

function withSession(secret: string, masterKey: Uint8Array, sessionId: string): string {
  const session = Buffer.from(sessionId.replaceAll('-', ''), 'hex')
  return `${secret}.${Buffer.concat([session, sealOf(masterKey, session)]).toString('base64url')}`
}

/** The first token of a session: 256 random bits. */
export const makeRefreshToken = (masterKey: MasterKey, sessionId: string): string => withSession(randomBytes(32).toString('base64url'), keysOf(masterKey)[0], sessionId)

/** Whose session a token is or was of; undefined when we did not make it, or it is too old to tell. */
export function sessionOf(masterKey: MasterKey, token: string): string | undefined {
  const mark = Buffer.from(token.split('.')[1] ?? '', 'base64url')
  if (mark.length !== 16 + sealBytes) return undefined
  const [session, seal] = [mark.subarray(0, 16), mark.subarray(16)]
  if (!keysOf(masterKey).some((key) => timingSafeEqual(sealOf(key, session), seal))) return undefined
  return session.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What a token is exchanged for, derived from it: under the newest master key, and under those that other servers may still use. */
export function successorsOf(masterKey: MasterKey, token: string): [string, ...string[]] {
  const sessionId = sessionOf(masterKey, token)
  return keysOf(masterKey).map((key) => {
    const secret = createHmac('sha256', keyFor(key, 'refresh token')).update(token).digest('base64url')
    return sessionId === undefined ? secret : withSession(secret, key, sessionId)
  }) as [string, ...string[]]
}
