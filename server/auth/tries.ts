import { createHmac, hkdfSync } from 'node:crypto'
import { keysOf } from '../db/master-key.ts'
import type { MasterKey } from '../db/master-key.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'

export interface TryLimit {
  /** What is counted, for example an account. Only a keyed hash of it is stored. */
  name: string
  /** How many at once after a rest. */
  burst: number
  /** How many more for each second. */
  perSecond: number
  /** Another limit of the same call: while it remembers a success, this one does not count. */
  waivedBy?: string
}

/** How long a success is remembered. */
const rememberedFor = "interval '90 days'"

interface Bucket { key: string; level: number; succeeded: boolean }

/**
 * Token buckets in the database: all processes count together, and a restart forgets nothing. For what is guessed, where a
 * few statements more do not matter beside the password's hash.
 */
export class Tries {
  readonly #secret: Uint8Array

  constructor(masterKey: MasterKey) {
    this.#secret = new Uint8Array(hkdfSync('sha256', keysOf(masterKey)[0], '', 'kloudak tries', 32))
  }

  /**
   * Counts one try under each of the limits, or RATE_LIMITED with `retryAfterMs` and counts none. Called before the guess
   * is looked at, so that many at once do not all pass.
   */
  async take(em: Em, limits: readonly TryLimit[]): Promise<void> {
    const keyed = limits.map((limit) => ({ ...limit, key: this.#key(limit.name) }))
    await em.transactional(async (inner) => {
      // In the order of the keys, so that two who try at once wait for each other and never in a circle.
      const buckets = await inner.execute<Bucket[]>(`
        insert into try_bucket (key, level, at, drains_per_second)
        select key, 0, clock_timestamp(), drains from unnest(?::varchar[], ?::double precision[]) as wanted (key, drains) order by key
        on conflict (key) do update set
          level = greatest(0, try_bucket.level - extract(epoch from clock_timestamp() - try_bucket.at) * excluded.drains_per_second),
          at = clock_timestamp(), drains_per_second = excluded.drains_per_second
        returning key, level, coalesce(succeeded_at > now() - ${rememberedFor}, false) as succeeded`, [array(keyed.map(({ key }) => key)), array(keyed.map(({ perSecond }) => String(perSecond)))])
      const bucketOf = new Map(buckets.map((bucket) => [bucket.key, bucket]))
      const counted = keyed.filter(({ waivedBy }) => waivedBy === undefined || !bucketOf.get(this.#key(waivedBy))?.succeeded)
      const waitMs = Math.max(...counted.map(({ key, burst, perSecond }) => ((bucketOf.get(key)!.level + 1 - burst) / perSecond) * 1_000))
      if (waitMs > 0) throw new KloudakError('RATE_LIMITED', 'Too many tries.', { retryAfterMs: Math.ceil(waitMs), remedy: `Try again in ${Math.ceil(waitMs / 1_000)} s.` })
      await inner.execute('update try_bucket set level = level + 1 where key = any(?::varchar[])', [array(counted.map(({ key }) => key))])
    })
  }

  /** Takes a try back that turned out to be honest, and remembers that it came by the first of the limits. */
  async succeeded(em: Em, limits: readonly TryLimit[]): Promise<void> {
    const keys = limits.map(({ name }) => this.#key(name))
    await em.execute(`
      with held as (select key from try_bucket where key = any(?::varchar[]) order by key for update)
      update try_bucket set level = greatest(0, level - 1), succeeded_at = case when key = ? then now() else succeeded_at end
      where key in (select key from held)`, [array(keys), keys[0]])
  }

  #key(name: string): string { return createHmac('sha256', this.#secret).update(name).digest('hex').slice(0, 32) }
}

/** PostgreSQL's text form of an array of values that need no quoting. */
const array = (values: readonly string[]) => `{${values.join(',')}}`
