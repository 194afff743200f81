import { sql } from 'kysely'
import type { HostDrain } from '../entities/infrastructure.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf } from './page.ts'

const open = sql`('queued', 'running', 'undoing', 'stuck')`

/** How far the emptying is, and the database's clock in Unix milliseconds. Undefined when the host is gone. */
export async function readDrain(em: Em, hostId: string): Promise<{ drain: HostDrain | null; nowMs: number; arriving: number; moved: number } | undefined> {
  const { rows: [row] } = await sql<{ drain: HostDrain | null; nowMs: string; arriving: number; moved: number }>`
    select drain, extract(epoch from now()) * 1000 as "nowMs",
      (select count(distinct vm_id)::integer from reservation where host_id = host.id and reason = 'move') as arriving,
      (select count(*)::integer from vm where host_id <> host.id and last_migration ->> 'fromHostId' = host.id::text and (last_migration ->> 'finishedAt')::timestamptz >= (host.drain ->> 'startedAt')::timestamptz) as moved
    from host where id = ${hostId}`.execute(kyselyOf(em).withoutPlugins())
  return row && { ...row, nowMs: Number(row.nowMs) }
}

/** Writes who is stuck, where that is news. */
export async function writeStuck(em: Em, hostId: string, stuck: HostDrain['stuck']): Promise<void> {
  await sql`update host set drain = jsonb_set(drain, '{stuck}', ${JSON.stringify(stuck)}::jsonb) where id = ${hostId} and drain -> 'stuck' is distinct from ${JSON.stringify(stuck)}::jsonb`.execute(kyselyOf(em))
}

/** The moves that a drain began: those that failed and were the VM's last, by VM, with the sentence that says why. */
export async function failedMoves(em: Em, taskId: string): Promise<Map<string, { reason: string; endedMs: number }>> {
  const { rows } = await sql<{ vmId: string; state: string; reason: string | null; endedMs: string }>`
    select distinct on (saga.input ->> 'vmId') saga.input ->> 'vmId' as "vmId", task.state, task.error ->> 'message' as reason, extract(epoch from task.finished_at) * 1000 as "endedMs"
    from saga join task on task.id = saga.task_id where saga.name = 'vm-migrate' and saga.input ->> 'drainId' = ${taskId} order by saga.input ->> 'vmId', task.id desc`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.filter(({ state }) => state === 'failed' || state === 'cancelled').map(({ vmId, reason, endedMs }) => [vmId, { reason: reason ?? 'Its move was cancelled.', endedMs: Number(endedMs) }]))
}

/** The tasks of moves that a drain began and that have not ended. */
export async function openMoves(em: Em, taskId: string): Promise<{ taskId: string; isCancellable: boolean }[]> {
  const { rows } = await sql<{ taskId: string; isCancellable: boolean }>`
    select task.id as "taskId", task.cancellable and task.cancel_requested_at is null as "isCancellable" from saga join task on task.id = saga.task_id
    where saga.name = 'vm-migrate' and saga.input ->> 'drainId' = ${taskId} and saga.state in ${open} order by task.id`.execute(kyselyOf(em).withoutPlugins())
  return rows
}

/** The open task that empties the host. */
export async function openDrain(em: Em, hostId: string): Promise<string | undefined> {
  const { rows: [row] } = await sql<{ taskId: string }>`
    select saga.task_id as "taskId" from object_lock place join saga on saga.id = place.saga_id and saga.name = 'host-drain' where place.object_key = ${`duty:${hostId}`}`.execute(kyselyOf(em).withoutPlugins())
  return row?.taskId
}

/** How far the emptying of a host is, for people. */
export interface DrainStanding { taskId: string; onStuck: HostDrain['onStuck']; startedAt: string; moved: number; left: number; stuck: { vmId: string; reason: string }[] }

/** By host; those that are not being emptied, and were not since their last service, are left out. */
export async function readDrainStanding(em: Em, hostIds: readonly string[]): Promise<Map<string, DrainStanding>> {
  const { rows } = await sql<{ id: string; drain: HostDrain; moved: number; left: number }>`
    select id, drain,
      (select count(*)::integer from vm where host_id <> host.id and last_migration ->> 'fromHostId' = host.id::text and (last_migration ->> 'finishedAt')::timestamptz >= (host.drain ->> 'startedAt')::timestamptz) as moved,
      (select count(*)::integer from vm where host_id = host.id and phase <> 'failed') as "left"
    from host where ${anyOf('id', hostIds)} and drain is not null`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ id, drain: { taskId, onStuck, startedAt, stuck }, moved, left }) => [id, { taskId, onStuck, startedAt, moved, left, stuck }]))
}
