import { driftRepair } from '../../jobs/contract/drift.ts'
import { notFound } from '../auth/authorize.ts'
import type { Sender } from '../db/boss.ts'
import type { Drift } from '../db/entities/drift.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { OpenDrift } from '../db/queries/drift.ts'
import type { Em } from '../db/orm.ts'
import { remedies } from '../model/drift.ts'
import type { DriftKind } from '../model/drift.ts'
import { KloudakError } from '../model/errors.ts'
import { sql } from 'kysely'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { startTask } from './task.ts'

const workOf = ({ id, kind, hostId, poolId, vmId, subject }: OpenDrift) => ({
  contract: driftRepair, input: { driftId: id, kind, hostId, poolId, vmId, subject }, workspaceId: null, object: { type: 'drift', id, name: `${kind} ${subject}`.slice(0, 255) },
})

/** What the sweep has mended by itself: a task of Kloudak's own, in the transaction that holds the row. */
export function repairsOf(sender: Sender) {
  return async (em: Em, drift: OpenDrift): Promise<void> => {
    const { taskId } = await startTask(em, sender, { ...workOf(drift), userId: null, method: 'repairDrift', publicInput: {}, requestId: null, clientAddress: null })
    await em.execute('update drift set task_id = ?, tries = tries + 1 where id = ?', [taskId, drift.id])
  }
}

export interface DriftInput extends Asked { driftId: string }

/**
 * Takes a difference between books and hosts away, by a task that looks first whether it is still there. The plan says what
 * is lost by it. NOT_FOUND; WRONG_STATE when it is over, is being repaired, or only a person can say what is meant. For
 * superusers.
 */
export async function repairDrift(context: AppContext, input: DriftInput): Promise<Done> {
  const { driftId } = input
  return act(context, { method: 'repairDrift', input, objectId: driftId }, async (act) => {
    const drift = await lockDrift(act, driftId)
    if (drift.resolvedAt) throw new KloudakError('WRONG_STATE', 'This difference is over.', { field: 'driftId' })
    const remedy = remedies[drift.kind]
    if (remedy !== undefined) throw new KloudakError('WRONG_STATE', 'Kloudak cannot repair this by itself.', { field: 'driftId', remedy })
    const [open] = await act.em.execute<object[]>("select 1 from task where id = ? and state in ('queued', 'running', 'undoing', 'stuck')", [drift.task ?? null])
    if (open) throw new KloudakError('WRONG_STATE', 'A task repairs it already.', { field: 'driftId', remedy: 'Wait for that task.' })
    act.plan.restsOn(`drift ${driftId}`, drift.version)
    const loss = losses[drift.kind]?.(drift)
    if (loss !== undefined) act.plan.loss(loss)
    const { id, kind, host, pool, vmId, subject } = drift
    const started = await act.startTask(workOf({ id, kind, hostId: host ?? null, poolId: pool ?? null, vmId: vmId ?? null, subject }))
    await act.em.execute('update drift set task_id = ?, ignored_at = null where id = ?', [started.taskId, driftId])
    return started
  })
}

/** What a repair takes away for ever, as a sentence. */
const losses: Partial<Record<DriftKind, (drift: Drift) => string>> = {
  'vm-extra': ({ message }) => `The machine is stopped, if it runs, and removed from the host; its volumes stay. ${message}`,
  'volume-extra': ({ subject }) => `The volume ${subject} is deleted for ever.`,
  'port-extra': ({ subject }) => `The port ${subject} is taken away: what uses it has no network any more.`,
  'reservation-leaked': ({ message }) => `The room is given to others. ${message}`,
  'address-leaked': ({ message }) => `The address is given to others. ${message}`,
}

/** The difference may stay, or not any more: then it counts, and is mended, again. NOT_FOUND; WRONG_STATE when it is over. For superusers. */
export async function ignoreDrift(context: AppContext, input: DriftInput & { ignored?: boolean | null | undefined }): Promise<Done> {
  const { driftId, ignored } = input
  return act(context, { method: 'ignoreDrift', input, objectId: driftId }, async (act) => {
    const drift = await lockDrift(act, driftId)
    if (drift.resolvedAt) throw new KloudakError('WRONG_STATE', 'This difference is over.', { field: 'driftId' })
    act.plan.restsOn(`drift ${driftId}`, drift.version)
    act.plan.step(ignored === false ? 'Count the difference again.' : 'Leave the difference as it is.')
    await act.em.execute('update drift set ignored_at = case when ? then coalesce(ignored_at, now()) end where id = ?', [ignored !== false, driftId])
    return { taskId: null }
  })
}

async function lockDrift(act: Act, driftId: string): Promise<Drift> {
  act.requireSuperuser()
  const drift = await kyselyOf(act.em).selectFrom('drift').selectAll().where('id', '=', driftId).modifyEnd(sql`for no key update`).executeTakeFirst()
  if (!drift) throw notFound('difference', 'driftId')
  act.object = { type: 'drift', id: driftId, name: `${drift.kind} ${drift.subject}`.slice(0, 255) }
  return drift
}
