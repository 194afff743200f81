// A small kind of work for the engine's tests: it keeps its "host" in a table of its own.
import { sql } from 'kysely'
import { z } from 'zod'
import { defineContract, objectKey } from '../../jobs/contract/contract.ts'
import type { SagaLog } from '../../jobs/saga/step.ts'
import type { Db } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import type { HarnessOptions } from '../../jobs/saga/harness/world.ts'
import { requestCancel, retryStuck, startTask } from '../../server/app/task.ts'
import type { Sender } from '../../server/db/boss.ts'
import type { SagaContract } from '../../jobs/contract/contract.ts'

export const silent: SagaLog = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

/** Keeps the lines, for tests that look for an alert. */
export function keptLog(): { log: SagaLog; lines: { level: string; message: string; fields: Record<string, unknown> }[] } {
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = []
  const make = (bound: object): SagaLog => {
    const at = (level: string) => (fields: object, message: string) => { lines.push({ level, message, fields: { ...bound, ...fields } }) }
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => make({ ...bound, ...fields }) }
  }
  return { log: make({}), lines }
}

/** For work on VMs without user data. */
export const nothingSealed = (): never => { throw new Error('something was sealed') }

export const silentSender: Sender = { send: async () => {} }

export const toyContract = defineContract({
  name: 'toy',
  definition: 1,
  input: z.object({ objectId: z.uuid() }),
  locks: ({ objectId }) => [objectKey('vm', objectId)],
  steps: [{ name: 'one', title: 'The first' }, { name: 'two', title: 'The second' }, { name: 'three', title: 'The third' }],
})

/** The tasks that this asks for belong to no workspace and no user. */
export async function ask<Input>(db: Db, contract: SagaContract<Input>, input: Input, sender: Sender = silentSender): Promise<{ taskId: string; sagaId: string }> {
  return db.em.fork().transactional((em) => startTask(em, sender, {
    contract, input, workspaceId: null, userId: null, method: 'test', object: { type: 'vm', id: newId(), name: 'toy' }, publicInput: {}, requestId: 'request-1', clientAddress: null,
  }))
}

export interface ShownTask { state: string; steps: { name: string; state: string; attempt: number; error?: { code: string } }[]; error: { code: string; message: string; step?: string } | null; cancellable: boolean; progress: number | null }

export async function taskOf(db: Db, taskId: string): Promise<ShownTask> {
  const { rows } = await sql<ShownTask>`select state, steps, error, cancellable, progress from task where id = ${taskId}`.execute(db.em.fork().getKysely())
  return rows[0]!
}

export const hasEnded = ({ state }: ShownTask) => ['done', 'failed', 'cancelled', 'stuck'].includes(state)

/** The harness with the verbs of tasks, which live above the engine. */
export const harnessOf = (db: Db): HarnessOptions => ({
  db,
  cancel: (taskId) => db.em.fork().transactional((em) => requestCancel(em, silentSender, taskId)),
  retryStuck: (taskId) => db.em.fork().transactional((em) => retryStuck(em, silentSender, taskId)),
})
