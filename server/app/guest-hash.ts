import type { Actor } from '../auth/actor.ts'
import { hashGuestPassword } from '../auth/guest-password.ts'
import { RateLimit } from '../auth/rate-limit.ts'

// A hash that guests understand takes this process 10 ms, in which it does nothing else for anybody.
const hashes = new RateLimit({ burst: 60, perSecond: 5 })

/** As `hashGuestPassword`, so often for each user: RATE_LIMITED beyond that. */
export function hashFor({ id }: Pick<Actor, 'id'>, password: string): string {
  hashes.take(id)
  return hashGuestPassword(password)
}
