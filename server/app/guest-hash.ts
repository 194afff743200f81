import type { Actor } from '../auth/actor.ts'
import { hashGuestPassword } from '../auth/guest-password.ts'
import type { AppContext } from './context.ts'

/** As `hashGuestPassword`, so often for each user: RATE_LIMITED beyond that. */
export function hashFor({ auth }: AppContext, { id }: Pick<Actor, 'id'>, password: string): string {
  auth.guestHashes.take(id)
  return hashGuestPassword(password)
}
