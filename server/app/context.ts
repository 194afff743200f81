import type { RateLimit } from '../auth/rate-limit.ts'
import type { Sender } from '../db/boss.ts'
import type { SealedPlace } from '../db/seal.ts'
import type { Note } from './audit.ts'
import type { Reader } from './reader.ts'

/** What a verb needs: who asks, a connection, the bell that wakes workers, and the note for the audit. */
export interface AppContext extends Reader {
  sender: Sender
  note: Note
  /** Keys the hashes of inputs that idempotency rows keep (decision 23), and those of plans. */
  auth: {
    inputSecret: Uint8Array
    olderInputSecrets?: readonly Uint8Array[]
    /** Seals a secret of a row that only workers open again (decision 21). */
    seal(place: SealedPlace, secret: string): Buffer
    /** How many passwords of guests a user has hashed. */
    guestHashes: Pick<RateLimit, 'take'>
  }
}

/** What every mutation may be asked with, beside its own input. */
export interface Asked {
  /** Sending the same key and input again returns what the first call made. */
  idempotencyKey?: string | null | undefined
  /** Do all of it, tell the plan, and undo it. */
  dryRun?: boolean | null | undefined
  /** Refuse with PLAN_CHANGED unless the plan would still be this one. */
  planHash?: string | null | undefined
}

/** What a verb answers: the object it is about and the task that works on it, if there is work to do. */
export interface Done { objectId: string; taskId: string | null }
