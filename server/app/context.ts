import type { Sender } from '../db/boss.ts'
import type { Reader } from './reader.ts'

/** What a verb needs: who asks, a connection, and the bell that wakes workers. */
export interface AppContext extends Reader {
  sender: Sender
  /** Keys the hashes of inputs that idempotency rows keep (decision 23). */
  auth: { inputSecret: Uint8Array }
}

/** What a verb answers: the object it is about and the task that works on it, if there is work to do. */
export interface Done { objectId: string; taskId: string | null }
