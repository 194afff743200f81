import type { InferEntity } from '@mikro-orm/core'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey, JWK } from 'jose'
import { SigningKey } from '../db/entities/people.ts'
import type { MasterKey } from '../db/master-key.ts'
import type { Db } from '../db/orm.ts'
import { canUnseal, seal, unseal } from '../db/seal.ts'
import { newId } from '../model/id.ts'
import { RateLimit } from './rate-limit.ts'

const algorithm = 'EdDSA'
/** A key signs for 30 days and stays published for a day more, far longer than any token that it signed lives. */
const signsForMs = 30 * 86_400_000
const publishedAfterMs = 86_400_000
/** A key is replaced a day before it ends, so that no process is ever without one. */
const renewBeforeMs = 86_400_000
/** Another process may have rotated: how old what we know may be. */
const staleMs = 60_000
/** A new key is published this long before it signs, so that every process and every reader of the key set has it. */
const settleMs = 5 * staleMs

/** `sign` is missing when no master key of ours opens it: what it signed elsewhere, or once, is good all the same. */
interface RingKey { kid: string; publicJwk: JWK; verify: CryptoKey; sign: CryptoKey | undefined; createdAt: Date; signsUntil: Date }
type SigningKeyRow = InferEntity<typeof SigningKey>

/** The key pairs that sign access tokens, shared by all processes through the database, their private halves sealed (decision 21). */
export class KeyRing {
  readonly #db: Db
  readonly #masterKey: MasterKey
  #keys: RingKey[] = []
  #readAtMs = -Infinity
  #reading: Promise<void> | undefined
  /** Tokens name their key, and anybody can name one that is not there: this bounds what such tokens cost. */
  readonly #lookUps = new RateLimit({ burst: 20, perSecond: 2 })

  constructor(db: Db, masterKey: MasterKey) {
    this.#db = db
    this.#masterKey = masterKey
  }

  /** The newest key that everybody has had time to learn; without one the oldest. Made when none lasts. */
  async signingKey(): Promise<{ kid: string; key: CryptoKey; algorithm: string }> {
    await this.#read(staleMs)
    const nowMs = Date.now()
    const lasting = this.#keys.filter(({ signsUntil }) => signsUntil.getTime() > nowMs + renewBeforeMs)
    // Those that last, but open for other processes alone, are of no use to this one.
    if (!lasting.some(({ sign }) => sign)) await this.#make({ always: lasting.length > 0 })
    const signing = this.#keys.filter(({ sign, signsUntil }) => sign && signsUntil.getTime() > nowMs)
    const { kid, sign } = signing.find(({ createdAt }) => createdAt.getTime() < nowMs - settleMs) ?? signing.at(-1)!
    return { kid, key: sign!, algorithm }
  }

  /** The public half of a published key; undefined when no such key is published. */
  async verifyingKey(kid: string): Promise<CryptoKey | undefined> {
    await this.#read(staleMs)
    const find = () => this.#keys.find((key) => key.kid === kid)?.verify
    // One that is under way may have begun before the key was there: only the one after it decides.
    if (!find() && this.#reading) await this.#reading
    if (find()) return find()
    if (!this.#reading && !this.#mayLookUp()) return undefined
    await this.#read(0)
    return find()
  }

  /** What `/.well-known/jwks.json` shows. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.#read(staleMs)
    return { keys: this.#keys.map(({ publicJwk }) => publicJwk) }
  }

  /**
   * Makes a new key, which signs once everybody has had time to learn it. `atOnce`: the old ones sign no more from now on.
   * Tokens of the old keys stay good until they end in either case, so nobody is logged out.
   */
  async rotate({ atOnce = false } = {}): Promise<void> { await this.#make({ always: true, atOnce }) }

  #mayLookUp(): boolean {
    try {
      this.#lookUps.take('')
      return true
    } catch {
      return false
    }
  }

  /** Those who come together share one reading, and all wait for its end: a crowd after a start finds its keys. */
  async #read(olderThanMs: number): Promise<void> {
    if (performance.now() - this.#readAtMs < olderThanMs) return
    this.#reading ??= this.#readAll().finally(() => { this.#reading = undefined })
    await this.#reading
  }

  async #readAll(): Promise<void> {
    const nowMs = performance.now()
    const rows = await this.#db.em.fork().find(SigningKey, { publishedUntil: { $gt: new Date() } }, { orderBy: { createdAt: 'desc', id: 'desc' } })
    const known = new Map(this.#keys.map((key) => [key.kid, key]))
    this.#keys = await Promise.all(rows.map(async (row) => ({ ...known.get(String(row.publicJwk.kid)) ?? await this.#open(row), signsUntil: row.signsUntil })))
    this.#readAtMs = nowMs
  }

  async #open(row: SigningKeyRow): Promise<RingKey> {
    const publicJwk = row.publicJwk as JWK
    const isOurs = canUnseal(this.#masterKey, row.privateSealed)
    const privateJwk = isOurs ? JSON.parse(unseal(this.#masterKey, { table: 'signing_key', id: row.id }, row.privateSealed).toString()) as JWK : undefined
    return {
      kid: String(publicJwk.kid), publicJwk, createdAt: row.createdAt, signsUntil: row.signsUntil,
      verify: await importJWK(publicJwk, algorithm) as CryptoKey, sign: privateJwk && await importJWK(privateJwk, algorithm) as CryptoKey,
    }
  }

  /** Processes that start together make one key between them: the lock lets the second see the first's. */
  async #make({ always = false, atOnce = false } = {}): Promise<void> {
    const pair = await generateKeyPair(algorithm, { extractable: true })
    const publicJwk = await exportJWK(pair.publicKey)
    const kid = await calculateJwkThumbprint(publicJwk)
    const id = newId()
    const privateSealed = seal(this.#masterKey, { table: 'signing_key', id }, JSON.stringify(await exportJWK(pair.privateKey)))
    await this.#db.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(7203412)')
      const lasting = await em.count(SigningKey, { signsUntil: { $gt: new Date(Date.now() + renewBeforeMs) } })
      if (lasting > 0 && !always) return
      if (atOnce) await em.execute('update signing_key set signs_until = now() where signs_until > now()')
      await em.nativeDelete(SigningKey, { publishedUntil: { $lt: new Date() } })
      const signsUntil = new Date(Date.now() + signsForMs)
      em.create(SigningKey, { id, algorithm, publicJwk: { ...publicJwk, kid, alg: algorithm, use: 'sig' }, privateSealed, signsUntil, publishedUntil: new Date(signsUntil.getTime() + publishedAfterMs) })
    })
    // Not one that began before.
    await this.#reading
    await this.#read(0)
  }
}
