import { notFound } from '../auth/authorize.ts'
import { KloudakError } from '../model/errors.ts'
import type { HostState } from '../model/host.ts'
import type { Act } from './act.ts'

export interface LockedHost { id: string; name: string; areaId: string; kind: 'ssh' | 'local' | 'simulated'; state: HostState; frozen: boolean }

/** Asks for a superuser and locks the row of a host that is not retired until the transaction ends. NOT_FOUND. */
export async function lockHost(act: Act, hostId: string): Promise<LockedHost> {
  act.requireSuperuser()
  const [host] = await act.em.execute<LockedHost[]>(`select id, name, area_id as "areaId", kind, state, frozen_at is not null as frozen from host where id = ? and state <> 'retired' for update`, [hostId])
  if (!host) throw notFound('host', 'hostId')
  act.object = { type: 'host', id: hostId, name: host.name }
  return host
}

/** WRONG_STATE while a task has the host, or waits for it. */
export async function requireIdle(act: Act, { id, name }: LockedHost): Promise<void> {
  const [open] = await act.em.execute<{ method: string }[]>(`
    select task.method from object_lock join saga on saga.id = saga_id join task on task.id = saga.task_id where object_key = 'host:' || ?::text order by object_lock.ticket limit 1`, [id])
  if (open) throw new KloudakError('WRONG_STATE', `${open.method} of host ${name} is under way.`, { field: 'hostId', remedy: 'Wait until that task has ended, or cancel it.' })
}

/** A host that is frozen is changed by nobody before its review. */
export function requireThawed({ name, frozen }: LockedHost): void {
  if (frozen) throw new KloudakError('WRONG_STATE', `Host ${name} waits for an operator's review.`, { field: 'hostId', remedy: 'Look at hostDifferences and review the host first.' })
}
