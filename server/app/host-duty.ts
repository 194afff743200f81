import { sql } from 'kysely'
import { hostDrain, mostAtOnce } from '../../jobs/contract/host-drain.ts'
import type { OnStuck } from '../../jobs/contract/host-drain.ts'
import { notFound } from '../auth/authorize.ts'
import type { HostDrain } from '../db/entities/infrastructure.ts'
import { kyselyOf } from '../db/kysely.ts'
import { openDrain } from '../db/queries/host-drain.ts'
import { movableVmsOn } from '../db/queries/vm-migrate.ts'
import { giveUpMove } from '../db/queries/vm-move.ts'
import { KloudakError } from '../model/errors.ts'
import type { HostDuty, HostState } from '../model/host.ts'
import { hindranceOf } from '../model/vm-move.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { requestCancel } from './task.ts'
import { promiseMove } from './vm-migrate.ts'

export interface HostInput extends Asked { hostId: string }
export interface DrainHostInput extends HostInput { onStuck?: OnStuck | null | undefined; atOnce?: number | null | undefined }

interface DutyRow { name: string; version: number; state: HostState; duty: HostDuty; isFrozen: boolean }

const defaultAtOnce = 2

/** The host, locked until the transaction ends: nothing is placed on it meanwhile. For superusers. */
async function lockHost(act: Act, hostId: string): Promise<DutyRow> {
  act.requireSuperuser()
  const { rows: [host] } = await sql<DutyRow>`select name, version, state, duty, frozen_at is not null as "isFrozen" from host where id = ${hostId} and state <> 'retired' for no key update`.execute(kyselyOf(act.em).withoutPlugins())
  if (!host) throw notFound('host', 'hostId')
  act.object = { type: 'host', id: hostId, name: host.name }
  act.plan.restsOn(`host ${hostId}`, host.duty)
  return host
}

const refuse = (message: string, remedy: string) => new KloudakError('WRONG_STATE', message, { field: 'hostId', remedy })

/**
 * Has all VMs of a host moved elsewhere, and then puts it into maintenance; nothing new comes to it from now on. A dry run tells
 * of each VM where it would go, or why it could not. WRONG_STATE when the host does not answer, waits for a review, or is not
 * in service. For superusers.
 */
export async function drainHost(context: AppContext, input: DrainHostInput): Promise<Done> {
  const { hostId } = input
  const [onStuck, atOnce] = [input.onStuck ?? 'wait', input.atOnce ?? defaultAtOnce]
  return act(context, { method: 'drainHost', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    if (atOnce < 1 || atOnce > mostAtOnce) throw new KloudakError('INVALID_INPUT', `Between 1 and ${mostAtOnce} VMs move at once.`, { field: 'atOnce', remedy: `Give a number from 1 to ${mostAtOnce}.` })
    if (host.duty === 'draining') throw refuse(`Host ${host.name} is being drained already.`, 'Wait for that, or cancel it.')
    if (host.duty === 'maintenance') throw refuse(`Host ${host.name} is in maintenance.`, 'Return it to service first.')
    if (host.state !== 'up') throw refuse(`Host ${host.name} does not answer: VMs cannot be moved away from it.`, 'Wait until it is back, or have its VMs recovered.')
    if (host.isFrozen) throw refuse(`Host ${host.name} waits for a review.`, 'Review it first.')
    const drain = { onStuck, startedAt: '', taskId: '', stuck: [] } satisfies HostDrain
    await sql`update host set duty = 'draining', drain = ${JSON.stringify(drain)}::jsonb || jsonb_build_object('startedAt', now()) where id = ${hostId}`.execute(kyselyOf(act.em))
    if (act.wantsPlan) await planMoves(act, hostId, onStuck)
    const started = await act.startTask({ contract: hostDrain, input: { hostId, onStuck, atOnce }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
    await sql`update host set drain = drain || jsonb_build_object('taskId', ${started.taskId}::text) where id = ${hostId}`.execute(kyselyOf(act.em))
    return started
  })
}

/** VM by VM, each with the room that the ones before it would have left; the promises are taken back. */
async function planMoves(act: Act, hostId: string, onStuck: OnStuck): Promise<void> {
  const promised: string[] = []
  for (const vm of await movableVmsOn(act.em, hostId)) {
    const { message } = hindranceOf(vm) ?? {}
    const where = message ?? await promiseMove(act.em, vm, undefined).catch((error: unknown) => {
      if (error instanceof KloudakError && (error.code === 'NO_CAPACITY' || error.code === 'UNAVAILABLE')) return error.message
      throw error
    })
    if (typeof where !== 'string') {
      promised.push(vm.id)
      act.plan.restsOn(`vm ${vm.id} goes to`, where.id)
      act.plan.step(`The VM ${vm.name} (${vm.observedPower}) moves to host ${where.name}.`)
    } else if (vm.isMoving || onStuck === 'wait' || vm.observedPower === 'stopped') act.plan.step(`The VM ${vm.name} stays for now: ${where}`)
    else act.plan.loss(`The VM ${vm.name} is asked to shut down: ${where}`)
  }
  for (const vmId of promised) await giveUpMove(act.em, vmId)
}

/** Stops a drain: what has moved stays where it is, and the host takes VMs again. WRONG_STATE when it is not being drained. For superusers. */
export async function cancelDrain(context: AppContext, input: HostInput): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'cancelDrain', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    const taskId = host.duty === 'draining' ? await openDrain(act.em, hostId) : undefined
    if (taskId === undefined) throw refuse(`Host ${host.name} is not being drained.`, host.duty === 'maintenance' ? 'Return it to service instead.' : 'There is nothing to cancel.')
    act.plan.step(`The drain of host ${host.name} stops; what has moved stays where it is, and the host takes VMs again.`)
    await requestCancel(act.em, context.sender, taskId)
    return { taskId }
  })
}

/** Lets nothing new come to a host, and leaves what is on it as it is. WRONG_STATE when it is being drained, or not enrolled yet. For superusers. */
export async function setHostMaintenance(context: AppContext, input: HostInput): Promise<Done> {
  return changeDuty(context, 'setHostMaintenance', input, 'maintenance')
}

/** VMs may be placed on the host again. WRONG_STATE when it is being drained: cancel that instead. For superusers. */
export async function returnHostToService(context: AppContext, input: HostInput): Promise<Done> {
  return changeDuty(context, 'returnHostToService', input, 'service')
}

async function changeDuty(context: AppContext, method: string, input: HostInput, duty: 'maintenance' | 'service'): Promise<Done> {
  const { hostId } = input
  return act(context, { method, input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    if (host.duty === 'draining') throw refuse(`Host ${host.name} is being drained.`, 'Cancel the drain first.')
    if (host.state === 'enrolling') throw refuse(`Host ${host.name} is still being enrolled.`, 'Wait until that is done.')
    act.plan.step(duty === 'service' ? `Host ${host.name} takes VMs again.` : `Host ${host.name} takes no VMs any more; those on it stay.`)
    await sql`update host set duty = ${duty}, drain = null where id = ${hostId} and (duty <> ${duty} or drain is not null)`.execute(kyselyOf(act.em))
    return { taskId: null }
  })
}
