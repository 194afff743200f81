import type { TransactionSql } from 'postgres'
import { newId } from '../model/id.ts'
import type { Manifest } from './manifest.ts'

export interface BegunAnew { generation: number; frozenHosts: string[]; endedTasks: number }

/**
 * The restored books begin another life. Nothing in them is taken for what is true now:
 * - the generation goes beyond every known one, and the event stream begins anew: older cursors end;
 * - every session and API token ends, for one that was revoked since the backup would be good again;
 * - every host is frozen until an operator has seen where it differs;
 * - work that was under way does not go on: it was carried out, undone or overtaken long ago, and a second time it could
 *   stop or delete what people have used since. What became of it is read from the hosts at their review.
 */
export async function beginAnew(tx: TransactionSql, manifest: Manifest, knownGeneration: number): Promise<BegunAnew> {
  const when = manifest.takenAt.replace(/\.\d+Z$/, 'Z')
  const [{ generation }] = await tx<[{ generation: number }]>`
    update installation set generation = greatest(generation, ${knownGeneration}) + 1, stream_epoch = gen_random_uuid(), pruned_xid = '0', pruned_id = 0 returning generation`
  await tx`update session set revoked_at = now() where revoked_at is null`
  const hosts = await tx<{ name: string }[]>`
    update host set frozen_at = now(), frozen_reason = ${`The database was restored from a backup of ${when}: what happened on the host since then is not in the books.`}
    where state <> 'retired' returning name`
  await tx`update vm set observed_power = 'unknown', observed_at = now() where observed_power <> 'unknown'`
  const message = `This was under way when the backup of ${when} was taken, and does not go on after its restore.`
  const error = {
    code: 'OUTCOME_UNKNOWN',
    message,
    remedy: 'Look at the object once its host has been reviewed, and ask again if it was not done.',
    tenant: { message, remedy: 'Look at the object, and ask again if it was not done.' },
  }
  const ended = await tx`
    update task set state = 'failed', error = ${tx.json(error)}, cancellable = false, finished_at = now(),
      steps = (select coalesce(jsonb_agg(case when step ->> 'state' in ('doing', 'undoing', 'stuck') then step || '{"state": "failed"}' else step end order by place), '[]') from jsonb_array_elements(steps) with ordinality as s(step, place))
    where state in ('queued', 'running', 'undoing', 'stuck')`
  await tx`update saga set state = 'undone', worker_id = null, lease_until = null, error = ${tx.json(error)}, updated_at = now() where state in ('queued', 'running', 'undoing', 'stuck')`
  await tx`delete from object_lock`
  // A network has nothing of its own on hosts. One that was being deleted stands until it is asked for again.
  await tx`update network set phase = 'failed', failure = ${error.message} where phase = 'creating'`
  await tx`update network set phase = 'ready' where phase = 'deleting'`
  await tx`update workspace set phase = 'ready' where phase = 'deleting'`
  // Whether the machine has the card is told by the differences of its host.
  await tx`update vm_interface set phase = 'ready' where phase <> 'ready'`
  await tx`update image_replica set state = 'failed', updated_at = now() where state = 'uploading'`
  await tx`
    insert into audit (id, client_address, request_id, method, input)
    values (${newId()}, 'command line', 'restore', 'restore', ${tx.json({ takenAt: manifest.takenAt, generation })})`
  return { generation, frozenHosts: hosts.map(({ name }) => name).toSorted(), endedTasks: ended.count }
}
