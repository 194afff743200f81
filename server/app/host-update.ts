import { sql } from 'kysely'
import { hostCheck, hostEnrol } from '../../jobs/contract/host.ts'
import { publicHalfOf } from '../auth/ssh-keys.ts'
import { Host } from '../db/entities/infrastructure.ts'
import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { checkFingerprint, checkHostAddress, checkSshPort, checkSshUser } from '../model/host-input.ts'
import { checkName } from '../model/names.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { requireDevicesOutside } from './fence-address.ts'
import { nameTaken, requireFreeAddress } from './host-enrol.ts'
import { lockHost, requireIdle } from './host-lock.ts'
import type { LockedHost } from './host-lock.ts'
import { notesOf } from './host-notes.ts'
import type { HostNotes } from './host-notes.ts'
import { someOf } from './in-use.ts'

export interface UpdateHostInput extends Asked, HostNotes {
  hostId: string
  name?: string | null | undefined
  /** Memory that VMs never get. */
  reservedMemoryBytes?: number | null | undefined
  /** Processors that VMs never get. */
  reservedVcpus?: number | null | undefined
  address?: string | null | undefined
  sshPort?: number | null | undefined
  sshUser?: string | null | undefined
  privateKey?: string | null | undefined
  /** The host's key has changed, and is this now. */
  hostKeyFingerprint?: string | null | undefined
}

/**
 * Changes what is given. Another way to the host is tried at once by a task, unless one is under way. INVALID_INPUT, NOT_FOUND,
 * CONFLICT for a name or address that another host has, WRONG_STATE for the access of a host without ssh. For superusers.
 */
export async function updateHost(context: AppContext, input: UpdateHostInput): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'updateHost', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    const access = await accessOf(act, host, input)
    const columns = {
      ...(input.name == null ? {} : { name: checkName(input.name) }), ...notesOf(input),
      ...(input.reservedMemoryBytes == null ? {} : { reservedMemoryBytes: input.reservedMemoryBytes }), ...(input.reservedVcpus == null ? {} : { reservedVcpus: checkReservedVcpus(input.reservedVcpus) }), ...access,
    }
    if (Object.keys(columns).length === 0) return { taskId: null }
    await act.em.nativeUpdate(Host, { id: hostId }, columns).catch(nameTaken)
    await requireDevicesOutside(act.em, hostId, { address: input.address != null, addresses: input.addresses != null })
    act.plan.step(`Host ${host.name} is changed.`)
    if (Object.keys(access).length === 0 || await isBusy(act, host)) return { taskId: null }
    return act.startTask({ contract: host.state === 'enrolling' ? hostEnrol : hostCheck, input: { hostId }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
  })
}

function checkReservedVcpus(value: number): number {
  if (value >= 0 && value <= 4_096) return value
  throw new KloudakError('INVALID_INPUT', 'A host keeps 0 to 4096 processors for itself.', { field: 'reservedVcpus' })
}

async function accessOf(act: Act, host: LockedHost, { address, sshPort, sshUser, privateKey, hostKeyFingerprint }: UpdateHostInput) {
  const asked = { address, sshPort, sshUser, privateKey, hostKeyFingerprint }
  const [field] = Object.entries(asked).find(([, value]) => value != null) ?? []
  if (field === undefined) return {}
  if (host.kind !== 'ssh') throw new KloudakError('WRONG_STATE', `Host ${host.name} is not reached over ssh.`, { field })
  const [now] = await act.em.execute<[{ address: string; sshPort: number; publicKey: string | null }]>('select address, ssh_port as "sshPort", ssh_public_key as "publicKey" from host where id = ?', [host.id])
  const next = { address: address == null ? now.address : checkHostAddress(address), sshPort: sshPort == null ? now.sshPort : checkSshPort(sshPort) }
  await requireFreeAddress(act.em, { ...next, except: host.id })
  const comment = now.publicKey?.split(' ').slice(2).join(' ') || 'kloudak'
  return {
    ...next,
    ...(sshUser == null ? {} : { sshUser: checkSshUser(sshUser) }),
    ...(privateKey == null ? {} : { sshPublicKey: publicHalfOf(privateKey, comment), sshKeyMade: false, sshKeyRestrictedAt: null, sshKeySealed: act.context.auth.seal({ table: 'host', id: host.id }, privateKey) }),
    // The trusted key stays until a worker has seen the new one.
    ...(hostKeyFingerprint == null ? {} : { sshExpectedFingerprint: checkFingerprint(hostKeyFingerprint, 'hostKeyFingerprint') }),
  }
}

async function isBusy(act: Act, host: LockedHost): Promise<boolean> {
  return requireIdle(act, host).then(() => false, (error: unknown) => { if (error instanceof KloudakError) return true; throw error })
}

/** What keeps a host from being retired, with the words for it. */
const holders = [
  ['VM', 'select name from vm where host_id = ?'],
  ['VM that has memory promised there', 'select distinct vm.name from reservation join vm on vm.id = reservation.vm_id where reservation.host_id = ?'],
] as const

/**
 * The host is no longer part of the cloud: its key is forgotten, and its name and address are free again. Nothing on the machine
 * is changed. CONFLICT while VMs stand on it, WRONG_STATE while a task has it. For superusers.
 */
export async function retireHost(context: AppContext, input: Asked & { hostId: string }): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'retireHost', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    for (const [what, query] of holders) {
      const rows = await act.em.execute<{ name: string }[]>(`${query} order by name`, [hostId])
      if (rows.length > 0) throw new KloudakError('CONFLICT', `Host ${host.name} has the ${what}${rows.length > 1 ? 's' : ''} ${someOf(rows.slice(0, 5).map(({ name }) => name), rows.length)}.`, { field: 'hostId', remedy: 'Move them elsewhere or delete them first.' })
    }
    await requireIdle(act, host)
    const cutOff = await act.em.execute<{ address: string }[]>("select fence_device.address from host join fence_device on host_id = host.id and fence_device.kind = 'ceph' where host.id = ? and fencing_at is not null order by position", [hostId])
    for (const { address } of cutOff) act.plan.loss(`Ceph may go on serving nobody at ${address}: no host there writes before ceph osd blocklist rm ${address.includes(':') ? `[${address}]` : address}:0/0.`)
    act.plan.loss(`Kloudak forgets its key for host ${host.name}.`)
    act.plan.step(`Host ${host.name} is retired; what is on the machine stays as it is.`)
    const { em } = act
    await em.execute(`
      update host set state = 'retired', state_reason = null, silent_since = null, frozen_reason = null, frozen_at = null, ssh_key_sealed = null, ssh_host_key = null, ssh_offered_key = null,
        ssh_expected_fingerprint = null, ssh_public_key = null, unmanaged_vms = '[]' where id = ?`, [hostId])
    // What was only true of a host in service; its fence devices hold passwords.
    for (const table of ['host_lease', 'host_inventory', 'host_doubt', 'host_verdict', 'host_silence', 'pool_host', 'fence_device']) await sql`delete from ${sql.table(table)} where host_id = ${hostId}`.execute(kyselyOf(em))
    await em.execute('update host_outage set ended_at = now() where host_id = ? and ended_at is null', [hostId])
    await em.execute('update drift set resolved_at = now() where host_id = ? and resolved_at is null', [hostId])
    return { taskId: null }
  })
}
