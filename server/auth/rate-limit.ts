import { KloudakError } from '../model/errors.ts'

export interface RateLimitOptions {
  /** How many at once after a rest. */
  burst: number
  /** How many more for each second. */
  perSecond: number
  /** Keys remembered; past that the ones longest unused go, which are the fullest. */
  keys?: number
  nowMs?: () => number
}

interface Bucket { tokens: number; atMs: number }

/** Token buckets by key, in this process's memory: with several processes behind a balancer each allows its own share. */
export class RateLimit {
  readonly #options: Required<RateLimitOptions>
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions) {
    this.#options = { keys: 50_000, nowMs: () => performance.now(), ...options }
  }

  /** Takes one token of each key, or RATE_LIMITED with `retryAfterMs` and takes none. */
  take(...keys: string[]): void {
    const buckets = keys.map((key) => this.#bucket(key))
    const missing = Math.max(...buckets.map(({ tokens }) => 1 - tokens))
    if (missing > 0) {
      const retryAfterMs = Math.ceil((missing / this.#options.perSecond) * 1_000)
      throw new KloudakError('RATE_LIMITED', 'Too many requests.', { retryAfterMs, remedy: `Try again in ${Math.ceil(retryAfterMs / 1_000)} s.` })
    }
    for (const bucket of buckets) bucket.tokens--
  }

  /** Gives a token back, for a try that turned out to be honest. */
  giveBack(...keys: string[]): void {
    for (const key of keys) {
      const bucket = this.#bucket(key)
      bucket.tokens = Math.min(this.#options.burst, bucket.tokens + 1)
    }
  }

  #bucket(key: string): Bucket {
    const nowMs = this.#options.nowMs()
    const known = this.#buckets.get(key)
    const bucket = known ?? { tokens: this.#options.burst, atMs: nowMs }
    bucket.tokens = Math.min(this.#options.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * this.#options.perSecond)
    bucket.atMs = nowMs
    // Set anew, so that the map's order is that of last use.
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#options.keys) break
      this.#buckets.delete(oldest)
    }
    return bucket
  }
}
