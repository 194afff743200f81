import type { Auth, Grant } from '../auth/auth.ts'
import { hashPassword } from '../auth/password.ts'
import { signUpLimits } from '../auth/try-limits.ts'
import { UserAccount } from '../db/entities/people.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkPassword } from '../model/password.ts'
import { checkEmail, checkUsername, usernameKey } from '../model/username.ts'
import { auditAllowed } from './audit.ts'
import type { Noted } from './audit.ts'
import { isSignUpOpen } from './installation.ts'
import type { Reader } from './reader.ts'
import { violatedUnique } from './retry.ts'

export interface NewAccount { id: string; username: string; email?: string | null | undefined; passwordHash: string; superuser?: boolean }

// Whoever comes first must not get the name of the operator's own account before that is made.
const reserved = new Set(['admin'])

/**
 * An account for whoever asks, signed in. FORBIDDEN while the operator has closed it, CONFLICT for a name that somebody
 * has, RATE_LIMITED for too many from one address.
 */
export async function signUp(context: Reader & Noted & { auth: Pick<Auth, 'tries' | 'open' | 'grant'> }, input: { username: string; password: string; email: string }): Promise<Grant> {
  const { em, clientAddress, auth } = context
  await requireOpen(em)
  const username = checkUsername(input.username)
  const email = checkEmail(input.email)
  const password = checkPassword(input.password)
  if (reserved.has(usernameKey(username))) throw taken()
  await auth.tries.take(em, signUpLimits(clientAddress))
  const passwordHash = await hashPassword(password)
  const id = newId()
  const session = await em.transactional(async (inner) => {
    // Hashing takes a while.
    await requireOpen(inner)
    await insertAccount(inner, { id, username, email, passwordHash })
    const opened = await auth.open(inner, id)
    await auditAllowed(inner, { ...context, actor: { id, username, superuser: false, sessionId: opened.sessionId, memberships: new Map() } })
    return opened
  })
  return auth.grant(em, session)
}

async function requireOpen(em: Em): Promise<void> {
  if (!await isSignUpOpen(em)) throw new KloudakError('FORBIDDEN', 'This Kloudak is closed to new accounts.', { remedy: 'Ask an operator for one.' })
}

/** Writes an account whose values have been checked. CONFLICT when the name, in whatever case, is taken. */
export async function insertAccount(em: Em, { id, username, email, passwordHash, superuser = false }: NewAccount): Promise<void> {
  await em.insert(UserAccount, { id, username, usernameKey: usernameKey(username), email: email ?? null, passwordHash, superuser }).catch((error: unknown) => {
    throw violatedUnique(error) ? taken(error) : error
  })
}

const taken = (cause?: unknown) => new KloudakError('CONFLICT', 'Somebody has this username.', { field: 'username', remedy: 'Choose another one.', cause })
