import type { InferEntity } from '@mikro-orm/core'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey, JWK } from 'jose'
import { SigningKey } from '../db/entities/people.ts'
import type { Db } from '../db/orm.ts'
import { seal, unseal } from '../db/seal.ts'
import { newId } from '../model/id.ts'

const algorithm = 'EdDSA'
/** A key signs for 30 days and stays published for a day more, far longer than any token that it signed lives. */
const signsForMs = 30 * 86_400_000
const publishedAfterMs = 86_400_000
/** A key is replaced a day before it ends, so that no process is ever without one. */
const renewBeforeMs = 86_400_000
/** Another process may have rotated: how old what we know may be. A key id that we do not know is looked up at most once a second. */
const staleMs = 60_000
const lookUpMs = 1_000

interface RingKey { kid: string; publicJwk: JWK; verify: CryptoKey; sign: CryptoKey; signsUntil: Date }
type SigningKeyRow = InferEntity<typeof SigningKey>

/** The key pairs that sign access tokens, shared by all processes through the database, their private halves sealed (decision 21). */
export class KeyRing {
  readonly #db: Db
  readonly #masterKey: Uint8Array
  #keys: RingKey[] = []
  #readAtMs = -Infinity

  constructor(db: Db, masterKey: Uint8Array) {
    this.#db = db
    this.#masterKey = masterKey
  }

  /** The key that signs now; made when there is none that lasts. */
  async signingKey(): Promise<{ kid: string; key: CryptoKey; algorithm: string }> {
    await this.#read(staleMs)
    if (!this.#newest()) await this.#make(false)
    const { kid, sign } = this.#newest()!
    return { kid, key: sign, algorithm }
  }

  /** The public half of a published key; undefined when no such key is published. */
  async verifyingKey(kid: string): Promise<CryptoKey | undefined> {
    await this.#read(staleMs)
    if (!this.#keys.some((key) => key.kid === kid)) await this.#read(lookUpMs)
    return this.#keys.find((key) => key.kid === kid)?.verify
  }

  /** What `/.well-known/jwks.json` shows. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.#read(staleMs)
    return { keys: this.#keys.map(({ publicJwk }) => publicJwk) }
  }

  /** Signs with a new key from now on. Tokens of the old ones stay good until they end. */
  async rotate(): Promise<void> { await this.#make(true) }

  #newest(): RingKey | undefined {
    return this.#keys.find(({ signsUntil }) => signsUntil.getTime() > Date.now() + renewBeforeMs)
  }

  async #read(olderThanMs: number): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.#readAtMs < olderThanMs) return
    this.#readAtMs = nowMs
    const rows = await this.#db.em.fork().find(SigningKey, { publishedUntil: { $gt: new Date() } }, { orderBy: { createdAt: 'desc', id: 'desc' } })
    const known = new Map(this.#keys.map((key) => [key.kid, key]))
    this.#keys = await Promise.all(rows.map(async (row) => known.get(String(row.publicJwk.kid)) ?? this.#open(row)))
  }

  async #open(row: SigningKeyRow): Promise<RingKey> {
    const privateJwk = JSON.parse(unseal(this.#masterKey, { table: 'signing_key', id: row.id }, row.privateSealed).toString()) as JWK
    const publicJwk = row.publicJwk as JWK
    return { kid: String(publicJwk.kid), publicJwk, verify: await importJWK(publicJwk, algorithm) as CryptoKey, sign: await importJWK(privateJwk, algorithm) as CryptoKey, signsUntil: row.signsUntil }
  }

  /** Processes that start together make one key between them: the lock lets the second see the first's. */
  async #make(always: boolean): Promise<void> {
    const pair = await generateKeyPair(algorithm, { extractable: true })
    const publicJwk = await exportJWK(pair.publicKey)
    const kid = await calculateJwkThumbprint(publicJwk)
    const id = newId()
    const privateSealed = seal(this.#masterKey, { table: 'signing_key', id }, JSON.stringify(await exportJWK(pair.privateKey)))
    await this.#db.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(7203412)')
      const lasting = await em.count(SigningKey, { signsUntil: { $gt: new Date(Date.now() + renewBeforeMs) } })
      if (lasting > 0 && !always) return
      await em.nativeDelete(SigningKey, { publishedUntil: { $lt: new Date() } })
      const signsUntil = new Date(Date.now() + signsForMs)
      em.create(SigningKey, { id, algorithm, publicJwk: { ...publicJwk, kid, alg: algorithm, use: 'sig' }, privateSealed, signsUntil, publishedUntil: new Date(signsUntil.getTime() + publishedAfterMs) })
    })
    await this.#read(0)
  }
}
