import { fenceTest } from '../../jobs/contract/failover.ts'
import { notFound } from '../auth/authorize.ts'
import { FenceDevice } from '../db/entities/failover.ts'
import { deviceById } from '../db/queries/outage.ts'
import type { DeviceRow } from '../db/queries/outage.ts'
import { KloudakError } from '../model/errors.ts'
import { checkFenceDevice } from '../model/fence.ts'
import type { FenceDeviceInput } from '../model/fence.ts'
import { newId } from '../model/id.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { failoverWork } from './failover-work.ts'
import { requireOutside, requireOwnDevice } from './fence-address.ts'
import { lockHost } from './host-lock.ts'

const most = 8

/** Kind and address as people tell devices apart. */
const named = ({ kind, address }: { kind: string; address: string | null }) => `${kind} device${address === null ? '' : ` at ${address}`}`

/**
 * Gives a host one more device that can switch it off; those that it has are tried before it. An outage that waits for one
 * goes on. INVALID_INPUT, NOT_FOUND for the host, CONFLICT when it has many or a host has this one. For superusers.
 */
export async function addFenceDevice(context: AppContext, input: Asked & FenceDeviceInput & { hostId: string }): Promise<Done> {
  const id = newId()
  const { hostId, password } = input
  return act(context, { method: 'addFenceDevice', input, objectId: id }, async (act) => {
    const host = await lockHost(act, hostId)
    const device = checkFenceDevice(host.kind, input)
    const [{ count, next }] = await act.em.execute<[{ count: number; next: number }]>('select count(*)::integer as count, coalesce(max(position) + 1, 0) as next from fence_device where host_id = ?', [hostId])
    if (count >= most) throw new KloudakError('CONFLICT', `Host ${host.name} has ${most} fence devices already.`, { field: 'hostId', remedy: 'Remove one of them first.' })
    await requireOwnDevice(act.em, { hostId, ...device })
    await requireOutside(act.em, { hostId, ...device })
    await act.em.insert(FenceDevice, { id, host: hostId, position: next, ...device, passwordSealed: password == null ? null : context.auth.seal({ table: 'fence_device', id }, password) })
    act.plan.step(`Host ${host.name} can be switched off by its ${named(device)}${count > 0 ? `, once the ${count} before it have failed` : ''}.`)
    await tellHost(act, hostId)
    const [outage] = await act.em.execute<{ id: string }[]>('select id from host_outage where host_id = ? and ended_at is null', [hostId])
    if (outage) await failoverWork(context.sender).goOn(act.em, outage.id)
    return { taskId: null }
  })
}

/** A host without devices can only be fenced by a person's word. NOT_FOUND; WRONG_STATE for storage that has cut the host off. For superusers. */
export async function removeFenceDevice(context: AppContext, input: Asked & { deviceId: string }): Promise<Done> {
  const { deviceId } = input
  return act(context, { method: 'removeFenceDevice', input, objectId: deviceId }, async (act) => {
    const device = await lockDevice(act, deviceId)
    const isFenced = (await act.em.execute<object[]>('select 1 from host where id = ? and fencing_at is not null', [device.hostId])).length > 0
    if (device.kind === 'ceph' && isFenced) throw new KloudakError('WRONG_STATE', `Host ${device.hostName} may be cut off from Ceph: only this device lets it in again.`, { field: 'deviceId', remedy: 'Remove the device once the host is back.' })
    const [{ left }] = await act.em.execute<[{ left: number }]>('select count(*)::integer - 1 as left from fence_device where host_id = ?', [device.hostId])
    if (left === 0) act.plan.loss(`Host ${device.hostName} has no fence device then: when it fails, its VMs wait until a person confirms that it is off.`)
    await act.em.execute('delete from fence_device where id = ?', [deviceId])
    await tellHost(act, device.hostId)
    return { taskId: null }
  })
}

/** Asks the device whether its host is on; nothing is switched. NOT_FOUND; WRONG_STATE for one that is a person. For superusers. */
export async function testFenceDevice(context: AppContext, input: Asked & { deviceId: string }): Promise<Done> {
  const { deviceId } = input
  return act(context, { method: 'testFenceDevice', input, objectId: deviceId }, async (act) => {
    const device = await lockDevice(act, deviceId)
    if (device.kind === 'manual') throw new KloudakError('WRONG_STATE', 'A manual device is a person: there is nothing to ask.', { field: 'deviceId' })
    return act.startTask({ contract: fenceTest, input: { deviceId }, workspaceId: null, object: { type: 'host', id: device.hostId, name: device.hostName } })
  })
}

async function lockDevice(act: Act, deviceId: string): Promise<DeviceRow> {
  act.requireSuperuser()
  await act.em.execute('select 1 from fence_device where id = ? for update', [deviceId])
  const device = await deviceById(act.em, deviceId)
  if (!device) throw notFound('fence device', 'deviceId')
  act.object = { type: 'host', id: device.hostId, name: device.hostName }
  return device
}

/** Whoever follows the host sees that its devices have changed. */
async function tellHost(act: Act, hostId: string): Promise<void> {
  await act.em.execute('update host set updated_at = clock_timestamp() where id = ?', [hostId])
}
