import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { requireActor } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import type { AppContext, Done } from './context.ts'
import { retried } from './retry.ts'

export interface Request {
  /** The verb, for example 'createVm'. */
  method: string
  key: string | null | undefined
  /** All that the user asked for: the same key with another input is CONFLICT. */
  input: object
  /** What the verb makes or works on. */
  objectId: string
}

/**
 * Runs a verb's work in one transaction, and once only for each (actor, key): a repetition answers with what the first
 * one made (decision 23). The key's row is written first, so that of two requests at once the second waits for the
 * first's end and then finds its answer. A collision that a repetition can mend is tried again.
 */
export async function once(context: AppContext, { method, key, input, objectId }: Request, work: (em: Em) => Promise<{ taskId: string | null }>): Promise<Done> {
  const { id: userId } = requireActor(context.actor)
  if (key == null) return retried(() => context.em.transactional(async (em) => ({ objectId, ...await work(em) })))
  if (key.length === 0 || key.length > 128 || /\p{Cc}/u.test(key) || !key.isWellFormed()) throw new KloudakError('INVALID_INPUT', 'An idempotency key has 1 to 128 characters.', { field: 'idempotencyKey' })
  const hmac = createHmac('sha256', context.auth.inputSecret).update(canonical({ method, input })).digest()
  return retried(() => context.em.transactional(async (em) => {
    const { rows: [mine] } = await sql<object>`
      insert into idempotency (user_id, key, method, input_hmac, object_id) values (${userId}, ${key}, ${method}, ${hmac}, ${objectId})
      on conflict (user_id, key) do nothing returning key`.execute(kyselyOf(em))
    if (!mine) return replay(em, userId, key, hmac)
    const { taskId } = await work(em)
    if (taskId !== null) await sql`update idempotency set task_id = ${taskId} where user_id = ${userId} and key = ${key}`.execute(kyselyOf(em))
    return { objectId, taskId }
  }))
}

async function replay(em: Em, userId: string, key: string, hmac: Buffer): Promise<Done> {
  const first = await kyselyOf(em).selectFrom('idempotency').select(['inputHmac', 'objectId', 'taskId']).where('user', '=', userId).where('key', '=', key).executeTakeFirstOrThrow()
  if (!hmac.equals(first.inputHmac)) throw new KloudakError('CONFLICT', 'This idempotency key was used with another input.', { field: 'idempotencyKey', remedy: 'Send the same input again, or choose a new key.' })
  return { objectId: first.objectId, taskId: first.taskId }
}

/** JSON with its keys in order and without what is null or undefined, so that two spellings of one input are equal. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}
