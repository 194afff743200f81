import { verifyAccessToken } from './access-token.ts'
import type { AccessClaims } from './access-token.ts'
import type { KeyRing } from './key-ring.ts'

/** As old as what we know of the keys may be: a key that an operator took away is believed no longer than that. */
const rememberedMs = 60_000
const most = 5_000

/**
 * Access tokens whose signature has been checked lately: a client sends the same one with each request, and the check is
 * dearer than all else that a small request does. What the token's session may do is not remembered.
 */
export class VerifiedTokens {
  readonly #ring: KeyRing
  readonly #nowMs: () => number
  readonly #good = new Map<string, { claims: AccessClaims; untilMs: number }>()

  constructor(ring: KeyRing, nowMs = () => Date.now()) {
    this.#ring = ring
    this.#nowMs = nowMs
  }

  /** As `verifyAccessToken`. */
  async verify(token: string): Promise<AccessClaims> {
    const known = this.#good.get(token)
    if (known && known.untilMs > this.#nowMs()) return known.claims
    const claims = await verifyAccessToken(this.#ring, token)
    this.#good.delete(token)
    this.#good.set(token, { claims, untilMs: Math.min(this.#nowMs() + rememberedMs, claims.expiresAt.getTime()) })
    // In the order of their checks: the first is the oldest.
    for (const oldest of this.#good.keys()) {
      if (this.#good.size <= most) break
      this.#good.delete(oldest)
    }
    return claims
  }
}
