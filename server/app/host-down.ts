import { hostFence } from '../../jobs/contract/failover.ts'
import { insertProof } from '../db/queries/outage.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { failoverWork } from './failover-work.ts'
import { lockHost } from './host-lock.ts'
import type { LockedHost } from './host-lock.ts'

const most = 10

/**
 * A person says that a host which does not answer is off, and stays off until it is heard again: the proof that no device
 * could give. Its VMs start elsewhere. NOT_FOUND; WRONG_STATE for a host that answers, is fenced, or waits for a review. For
 * superusers.
 */
export async function confirmHostDown(context: AppContext, input: Asked & { hostId: string }): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'confirmHostDown', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    requireSilent(host)
    act.plan.restsOn(`host ${hostId}`, host.state)
    if (act.wantsPlan) await planRecovery(act, host)
    const outageId = await openOutage(act.em, hostId)
    const [{ now }] = await act.em.execute<[{ now: Date }]>('select clock_timestamp() as now')
    await insertProof(act.em, { outageId, method: 'operator', deviceId: null, userId: act.actor.id, requestedAt: now, detail: 'An operator confirmed that it is off.' })
    // From here on nobody finds it to be up again before it has been cleaned up.
    await act.em.execute("update host set state = 'down', fencing_at = coalesce(fencing_at, now()) where id = ?", [hostId])
    await failoverWork(context.sender).goOn(act.em, outageId)
    const [open] = await act.em.execute<{ id: string }[]>('select task.id from object_lock join saga on saga.id = saga_id join task on task.id = saga.task_id where object_key = ?', [`outage:${outageId}`])
    if (open) return { taskId: open.id }
    return act.startTask({ contract: hostFence, input: { hostId, outageId }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
  })
}

function requireSilent({ name, state, frozen }: LockedHost): void {
  if (state === 'fenced') throw new KloudakError('WRONG_STATE', `Host ${name} is proven to be off already.`, { field: 'hostId' })
  if (state !== 'suspect' && state !== 'down') throw new KloudakError('WRONG_STATE', `Host ${name} is not silent.`, { field: 'hostId', remedy: 'Only a host that does not answer can be confirmed to be off.' })
  if (frozen) throw new KloudakError('WRONG_STATE', `Host ${name} waits for a review: until then the books may be wrong about what runs where.`, { field: 'hostId', remedy: 'Review the host once it is back.' })
}

/** The outage of the silence; one begins when nobody has found the host to be down yet. */
async function openOutage(em: Em, hostId: string): Promise<string> {
  const [known] = await em.execute<{ id: string }[]>('select id from host_outage where host_id = ? and ended_at is null for update', [hostId])
  if (known) return known.id
  const id = newId()
  await em.execute('insert into host_outage (id, host_id, silent_since) select ?, id, coalesce(silent_since, now()) from host where id = ?', [id, hostId])
  await em.execute("update vm set observed_power = 'unknown', observed_at = now() where host_id = ? and observed_power <> 'unknown'", [hostId])
  return id
}

async function planRecovery({ em, plan }: Act, { id, name }: LockedHost): Promise<void> {
  const vms = await em.execute<{ id: string; name: string; runs: boolean }[]>("select id, name, phase = 'ready' and desired_power = 'running' as runs from vm where host_id = ? order by recovery_priority desc, number", [id])
  plan.restsOn('vms', vms.map((vm) => `${vm.id} ${vm.runs}`).sort().join())
  const list = (names: string[]) => `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`
  const [running, resting] = [vms.filter(({ runs }) => runs), vms.filter(({ runs }) => !runs)].map((some) => some.map((vm) => vm.name))
  if (running!.length > 0) plan.step(`Start elsewhere: ${list(running!)}.`)
  if (resting!.length > 0) plan.step(`Give to other hosts, without starting: ${list(resting!)}.`)
  plan.step(`When host ${name} is heard again, what lives elsewhere by then is stopped and removed there before it may run anything.`)
  if (vms.length > 0) plan.loss(`If host ${name} is not off, its VMs write to their disks from two hosts at once, which destroys them. Look at the machine itself: that it does not answer proves nothing.`)
  if (running!.length > 0) plan.loss('What their guests had not written to disk when the host failed is lost.')
}
