import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { canonical } from './canonical.ts'
import type { Done } from './context.ts'

interface KeyedRequest {
  userId: string
  key: string | null | undefined
  method: string
  input: object
  objectId: string
  /** Keys the hash of the input; further ones know what was hashed before the master key was replaced. */
  secrets: readonly [Uint8Array, ...Uint8Array[]]
}

/**
 * What the first request of this (user, key) made, or undefined when this is the first (decision 23). The key's row is
 * written now, so that of two requests at once the second waits for the first's end and then finds its answer. CONFLICT
 * when the key came with another input.
 */
export async function firstOf(em: Em, { userId, key, method, input, objectId, secrets }: KeyedRequest): Promise<Done | undefined> {
  if (key == null) return undefined
  if (key.length === 0 || key.length > 128 || /\p{Cc}/u.test(key) || !key.isWellFormed()) throw new KloudakError('INVALID_INPUT', 'An idempotency key has 1 to 128 characters.', { field: 'idempotencyKey' })
  const text = canonical({ method, input })
  const [hmac, ...older] = secrets.map((secret) => createHmac('sha256', secret).update(text).digest()) as [Buffer, ...Buffer[]]
  const { rows: [mine] } = await sql<object>`
    insert into idempotency (user_id, key, method, input_hmac, object_id) values (${userId}, ${key}, ${method}, ${hmac}, ${objectId})
    on conflict (user_id, key) do nothing returning key`.execute(kyselyOf(em))
  if (mine) return undefined
  const first = await kyselyOf(em).selectFrom('idempotency').select(['inputHmac', 'objectId', 'taskId']).where('user', '=', userId).where('key', '=', key).executeTakeFirstOrThrow()
  if (![hmac, ...older].some((known) => known.equals(first.inputHmac))) throw new KloudakError('CONFLICT', 'This idempotency key was used with another input.', { field: 'idempotencyKey', remedy: 'Send the same input again, or choose a new key.' })
  return { objectId: first.objectId, taskId: first.taskId }
}

/** Keeps the task for those who send the key again. */
export async function rememberTask(em: Em, { userId, key, taskId }: { userId: string; key: string | null | undefined; taskId: string | null }): Promise<void> {
  if (key == null || taskId === null) return
  await sql`update idempotency set task_id = ${taskId} where user_id = ${userId} and key = ${key}`.execute(kyselyOf(em))
}
