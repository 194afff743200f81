import { UserAccount } from '../db/entities/people.ts'
import type { MasterKey } from '../db/master-key.ts'
import type { Db, Em } from '../db/orm.ts'
import { seal } from '../db/seal.ts'
import type { SealedPlace } from '../db/seal.ts'
import { KloudakError } from '../model/errors.ts'
import { checkPassword } from '../model/password.ts'
import { usernameKey } from '../model/username.ts'
import { issueAccessToken } from './access-token.ts'
import type { AccessClaims } from './access-token.ts'
import type { Actor } from './actor.ts'
import { Actors, loadActors } from './actors.ts'
import { isApiToken, verifyApiToken } from './api-token.ts'
import { requireSignIn } from './authorize.ts'
import { changeAccess, holdAccess } from './access.ts'
import { RateLimit } from './rate-limit.ts'
import { inputSecretsOf } from './input-secret.ts'
import { KeyRing } from './key-ring.ts'
import { hashPassword, isOutdated, verifyPassword } from './password.ts'
import { VerifiedTokens } from './verified-tokens.ts'
import { endSessionOfToken, endSessions, openSession, rotateSession } from './session.ts'
import type { RefreshedSession } from './session.ts'
import { passwordLimits, signInLimits } from './try-limits.ts'
import { Tries } from './tries.ts'

/** What a client gets when it signs in or refreshes. */
export interface Grant {
  actor: Actor
  accessToken: string
  accessTokenExpiresAt: Date
  refreshToken: string
  refreshTokenExpiresAt: Date
}

/** Who is who: sign-in, sessions and tokens. One for each process. */
export class Auth {
  readonly keys: KeyRing
  readonly actors: Actors
  /** Keys the hashes of inputs that idempotency rows keep (decision 23). */
  readonly inputSecret: Uint8Array
  /** Those that older master keys gave. */
  readonly olderInputSecrets: readonly Uint8Array[]
  readonly tries: Tries
  /** A hash that guests understand takes this process 10 ms, in which it does nothing else for anybody. */
  readonly guestHashes = new RateLimit({ burst: 60, perSecond: 5 })
  readonly #db: Db
  readonly #accessTokens: VerifiedTokens
  readonly #masterKey: MasterKey

  constructor(db: Db, masterKey: MasterKey) {
    this.#db = db
    this.keys = new KeyRing(db, masterKey)
    this.#accessTokens = new VerifiedTokens(this.keys)
    this.actors = new Actors(db)
    this.#masterKey = masterKey
    const [inputSecret, ...older] = inputSecretsOf(masterKey)
    this.inputSecret = inputSecret!
    this.olderInputSecrets = older
    this.tries = new Tries(masterKey)
  }

  /** UNAUTHENTICATED for an unknown user, a wrong password and a disabled account alike; RATE_LIMITED after too many wrong ones. */
  async signIn(em: Em, { username, password, clientAddress }: { username: string; password: string; clientAddress: string }): Promise<Grant> {
    const key = usernameKey(username).slice(0, 63)
    const limits = signInLimits(key, clientAddress)
    await this.tries.take(em, limits)
    const user = await em.findOne(UserAccount, { usernameKey: key })
    const right = await verifyPassword(password.slice(0, 1_024), user?.passwordHash)
    if (!user || !right || user.disabledAt) throw wrong()
    await this.tries.succeeded(em, limits)
    const session = await em.transactional(async (inner) => {
      // Hashing takes a while: a password that was replaced meanwhile, or an account that was disabled, opens nothing that stays.
      await holdAccess(inner, user.id)
      if (await inner.count(UserAccount, { id: user.id, passwordHash: user.passwordHash, disabledAt: null }) === 0) throw wrong()
      return openSession(inner, this.#masterKey, user.id)
    })
    if (isOutdated(user.passwordHash)) await em.nativeUpdate(UserAccount, { id: user.id, passwordHash: user.passwordHash }, { passwordHash: await hashPassword(password) })
    return this.#grant(em, session)
  }

  /** Seals a secret of a row that only workers open again (decision 21). */
  seal(place: SealedPlace, secret: string): Buffer { return seal(this.#masterKey, place, secret) }

  /** A session for a user whom the transaction of `em` makes; once it stands, `grant` gives its tokens. */
  async open(em: Em, userId: string): Promise<RefreshedSession> { return openSession(em, this.#masterKey, userId) }

  async grant(em: Em, session: RefreshedSession): Promise<Grant> { return this.#grant(em, session) }

  /** The next pair of tokens for a refresh token. UNAUTHENTICATED when the session has ended, or the token was used before. */
  async refresh(em: Em, refreshToken: string): Promise<Grant> {
    return this.#grant(em, await rotateSession(em, this.#masterKey, refreshToken))
  }

  /**
   * Ends the caller's session (or all of their sign-ins), and that of the refresh token if one is given. An API token that
   * signs out revokes itself. Never fails for a session that is over.
   */
  async signOut(em: Em, actor: Actor | undefined, { refreshToken, everywhere }: { refreshToken?: string | undefined; everywhere: boolean }): Promise<void> {
    if (everywhere) requireSignIn(actor)
    await em.transactional(async (inner) => {
      if (actor) {
        await changeAccess(inner, actor.id)
        await endSessions(inner, actor.id, everywhere ? {} : { only: actor.sessionId })
      }
      if (refreshToken !== undefined) await endSessionOfToken(inner, this.#masterKey, refreshToken)
    })
    this.actors.forget()
  }

  /** Sets a new password and ends the user's other sessions; `record` writes what else belongs into that transaction. INVALID_INPUT when the current one is wrong or the new one will not do. */
  async changePassword(em: Em, actor: Actor | undefined, input: { currentPassword: string; newPassword: string }, record: (em: Em) => Promise<void>): Promise<void> {
    const { id, sessionId } = requireSignIn(actor)
    const newPassword = checkPassword(input.newPassword, 'newPassword')
    await this.tries.take(em, passwordLimits(id))
    const { passwordHash } = await em.findOneOrFail(UserAccount, { id })
    if (!await verifyPassword(input.currentPassword.slice(0, 1_024), passwordHash)) throw new KloudakError('INVALID_INPUT', 'The current password is wrong.', { field: 'currentPassword' })
    await this.tries.succeeded(em, passwordLimits(id))
    const newHash = await hashPassword(newPassword)
    await em.transactional(async (inner) => {
      await changeAccess(inner, id)
      // Hashing takes a while: who was shut out meanwhile changes nothing.
      this.#present((await loadActors(inner, [sessionId])).get(sessionId))
      // Only if nobody changed it meanwhile: two changes at once must not both believe that they won.
      const changed = await inner.nativeUpdate(UserAccount, { id, passwordHash }, { passwordHash: newHash })
      if (changed === 0) throw new KloudakError('CONFLICT', 'The password was changed by another request.', { field: 'currentPassword' })
      await endSessions(inner, id, { except: sessionId })
      await record(inner)
    })
    this.actors.forget()
  }

  /** Whose an access token or an API token is, once its signature or its hash, and its end, are checked. */
  async verify(token: string): Promise<AccessClaims> {
    return isApiToken(token) ? verifyApiToken(this.#db.em.fork(), token) : this.#accessTokens.verify(token)
  }

  /** The actor behind a token as the database knows them now. UNAUTHENTICATED when token or session is not good. */
  async authenticate(token: string): Promise<Actor> {
    const { sessionId } = await this.verify(token)
    return this.#present(await this.actors.now(sessionId))
  }

  #present(actor: Actor | undefined): Actor {
    if (!actor) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.', { remedy: 'Sign in again.' })
    return actor
  }

  async #grant(em: Em, session: RefreshedSession): Promise<Grant> {
    const actor = this.#present(await this.actors.now(session.sessionId))
    const names = await em.execute<{ id: string; name: string }[]>('select workspace.id, workspace.name from membership join workspace on workspace.id = membership.workspace_id where membership.user_id = ? order by workspace.id', [actor.id])
    const access = await issueAccessToken(this.keys, {
      userId: actor.id, sessionId: actor.sessionId, username: actor.username, superuser: actor.superuser,
      workspaces: names.map(({ id, name }) => ({ name, permissions: [...actor.memberships.get(id) ?? []] })),
    })
    return { actor, accessToken: access.token, accessTokenExpiresAt: access.expiresAt, refreshToken: session.refreshToken, refreshTokenExpiresAt: session.expiresAt }
  }
}

const wrong = () => new KloudakError('UNAUTHENTICATED', 'The username or the password is wrong.', { remedy: 'Check both; an operator can set a new password.' })
