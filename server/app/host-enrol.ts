import { hostCheck, hostEnrol } from '../../jobs/contract/host.ts'
import { makeSshKeyPair } from '../auth/ssh-key-pair.ts'
import { fingerprintOfLine, publicHalfOf } from '../auth/ssh-keys.ts'
import { Host } from '../db/entities/infrastructure.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { checkBridges, checkFingerprint, checkHostAddress, checkInterfaceName, checkSshPort, checkSshUser } from '../model/host-input.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { notesOf } from './host-notes.ts'
import type { HostNotes } from './host-notes.ts'
import { lockHost, requireIdle } from './host-lock.ts'
import { lockArea } from './public-network.ts'
import { violatedUnique } from './retry.ts'
import { wakeWaiting } from './task.ts'

export interface EnrolHostInput extends Asked, HostNotes {
  name: string
  areaId: string
  address: string
  sshPort?: number | null | undefined
  sshUser?: string | null | undefined
  /** Without it a pair is made, whose public half has to be pasted into the host's authorized_keys. */
  privateKey?: string | null | undefined
  /** What the host's key must be; without it an operator confirms what the address shows. */
  hostKeyFingerprint?: string | null | undefined
  publicBridge?: string | null | undefined
  trunkBridge?: string | null | undefined
}

/**
 * Takes a host into the books and starts its enrolment, which does all that needs the host: this process reaches none
 * (decision 20). INVALID_INPUT, NOT_FOUND for the area, CONFLICT for a name or address that another host has. For superusers.
 */
export async function enrolHost(context: AppContext, input: EnrolHostInput): Promise<Done> {
  const hostId = newId()
  return act(context, { method: 'enrolHost', input, objectId: hostId }, async (act) => {
    act.requireSuperuser()
    const name = checkName(input.name)
    const [address, sshPort, sshUser] = [checkHostAddress(input.address), checkSshPort(input.sshPort ?? 22), checkSshUser(input.sshUser ?? 'root')]
    const bridges = { publicBridge: checkInterfaceName(input.publicBridge ?? 'public-br', 'publicBridge'), trunkBridge: checkInterfaceName(input.trunkBridge ?? 'private-br', 'trunkBridge') }
    checkBridges(bridges)
    const expected = input.hostKeyFingerprint == null ? null : checkFingerprint(input.hostKeyFingerprint, 'hostKeyFingerprint')
    const notes = notesOf(input)
    const comment = `kloudak@${name.replace(/[^A-Za-z0-9._-]+/g, '-')}`
    const given = input.privateKey == null ? undefined : { publicKey: publicHalfOf(input.privateKey, comment), privateKey: input.privateKey }
    const pair = given ?? makeSshKeyPair(comment)
    await lockArea(act.em, input.areaId)
    await requireFreeAddress(act.em, { address, sshPort })
    await act.em.insert(Host, {
      id: hostId, area: input.areaId, name, kind: 'ssh', address, sshPort, sshUser, sshExpectedFingerprint: expected, sshPublicKey: pair.publicKey, sshKeyMade: given === undefined,
      sshKeySealed: context.auth.seal({ table: 'host', id: hostId }, pair.privateKey), ...bridges, ...notes,
    }).catch(nameTaken)
    act.plan.step(given ? `Host ${name} is entered into the books.` : `Host ${name} is entered into the books, and a key pair is made for it: its public half must be pasted into the host's authorized_keys.`)
    return act.startTask({ contract: hostEnrol, input: { hostId }, workspaceId: null, object: { type: 'host', id: hostId, name } })
  })
}

export function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'host_name_key') throw error
  throw new KloudakError('CONFLICT', 'A host of this name exists.', { field: 'name', remedy: 'Choose another name, or retire that host first.', cause: error })
}

/** CONFLICT when another host is reached there. One host is entered at a time: two that agree would not see each other. */
export async function requireFreeAddress(em: Em, { address, sshPort, except = null }: { address: string; sshPort: number; except?: string | null }): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(7203413)')
  const [other] = await em.execute<{ name: string }[]>("select name from host where address = ? and ssh_port = ? and state <> 'retired' and id is distinct from ?", [address, sshPort, except])
  if (other) throw new KloudakError('CONFLICT', `Host ${other.name} is reached at ${address} already.`, { field: 'address', remedy: 'Check the address, or retire that host first.' })
}

/**
 * An operator has compared the fingerprint with what the host itself shows: its key is trusted from now on, and the enrolment
 * goes on. WRONG_STATE when no key has been offered yet or another one is trusted, CONFLICT when the offered one is not that.
 */
export async function confirmHostKey(context: AppContext, input: Asked & { hostId: string; fingerprint: string }): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'confirmHostKey', input, objectId: hostId }, async (act) => {
    const { name } = await lockHost(act, hostId)
    const fingerprint = checkFingerprint(input.fingerprint, 'fingerprint')
    const [keys] = await act.em.execute<[{ pinned: string | null; offered: string | null }]>('select ssh_host_key as pinned, ssh_offered_key as offered from host where id = ?', [hostId])
    if (keys.pinned !== null) {
      if (fingerprintOfLine(keys.pinned) === fingerprint) return { taskId: null }
      throw new KloudakError('WRONG_STATE', `Another key of host ${name} is trusted already.`, { field: 'fingerprint', remedy: 'If the machine was set up anew, give its fingerprint to updateHost.' })
    }
    if (keys.offered === null) throw new KloudakError('WRONG_STATE', `The key of host ${name} has not been read yet.`, { field: 'hostId', remedy: 'Wait until a worker has reached the host; its offeredHostKeyFingerprint says when.' })
    const offered = fingerprintOfLine(keys.offered)
    if (offered !== fingerprint) throw new KloudakError('CONFLICT', `Host ${name} shows ${offered}, not this fingerprint.`, { field: 'fingerprint', remedy: 'Compare it with what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub says on the host itself. If they differ, somebody else answers at this address.' })
    act.plan.restsOn('offered key', offered)
    act.plan.step(`The key ${offered} of host ${name} is trusted, and its enrolment goes on.`)
    await act.em.execute('update host set ssh_host_key = ssh_offered_key, ssh_expected_fingerprint = null where id = ?', [hostId])
    await wakeWaiting(act.em, context.sender, `host:${hostId}`)
    return { taskId: null }
  })
}

/**
 * Looks at the host again and holds it against the checklist. One that is still being enrolled goes into service when
 * nothing fails. WRONG_STATE while another task has the host. For superusers.
 */
export async function checkHost(context: AppContext, input: Asked & { hostId: string }): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'checkHost', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    await requireIdle(act, host)
    return act.startTask({ contract: host.state === 'enrolling' ? hostEnrol : hostCheck, input: { hostId }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
  })
}
