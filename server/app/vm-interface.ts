import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { vmAttach, vmDetach } from '../../jobs/contract/vm-interface.ts'
import { notFound } from '../auth/authorize.ts'
import { VmInterface } from '../db/entities/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { macFrom } from '../model/network.ts'
import type { InterfacePhase } from '../model/vm.ts'
import { vmLimits } from '../model/vm.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { planQuotaFreed, takeQuota } from './quota.ts'
import { addressesOn, giveAddresses } from './vm-addresses.ts'
import { readNetworks } from './vm-ground.ts'
import { lockVm } from './vm-lock.ts'

export interface AttachInterfaceInput extends Asked { vmId: string; networkId: string; ip?: string | null | undefined }
export interface DetachInterfaceInput extends Asked { interfaceId: string }

/** `objectId` is the VM's. The interface's id is null when none was made: for a dry run, and for a repetition. */
export interface Attached extends Done { interfaceId: string | null }

/**
 * Gives a VM a network card on a network of its workspace and area, whether it runs or not: the row and its addresses
 * now, so that nobody else gets them and the network cannot be deleted; the card on the host in a task.
 * WRONG_STATE for a network that is not ready or a VM that has all the interfaces it can have; QUOTA_EXCEEDED.
 */
export async function attachInterface(context: AppContext, input: AttachInterfaceInput): Promise<Attached> {
  const { vmId, networkId } = input
  const interfaceId = newId()
  let isMade = false
  const done = await act(context, { method: 'attachInterface', input, objectId: vmId }, async (act) => {
    const { em, plan } = act
    const vm = await lockVm(act, vmId, 'attachInterface')
    const { area, position, macPrefix } = await placeIn(em, vmId)
    const wanted = { networkId, ip: input.ip ?? undefined }
    const networks = await aboutTheOne(() => readNetworks(em, vm.workspace, { interfaces: [wanted] }))
    if (networks.get(networkId)!.areaId !== area) throw new KloudakError('INVALID_INPUT', 'This network belongs to another area than the VM.', { field: 'networkId', remedy: 'Choose a network of the VM\'s area.' })
    await em.insert(VmInterface, { id: interfaceId, vm: vmId, position, network: networkId, mac: macFrom(macPrefix, randomBytes(3)), phase: 'attaching', configuredInGuest: false })
    await touch(em, vmId)
    const { taskId } = await act.startTask({ contract: vmAttach, input: { vmId, interfaceId }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
    await takeQuota(act, vm.workspace, { addresses: addressesOn(networks.get(networkId)!) }, { fields: { addresses: 'networkId' } })
    await aboutTheOne(() => giveAddresses(em, { vmId, interfaces: [{ id: interfaceId, ...wanted }], ground: { networks } }))
    plan.restsOn('network', networkId)
    isMade = true
    return { taskId }
  })
  return { ...done, interfaceId: isMade && !input.dryRun ? interfaceId : null }
}

/** Takes a network card from a VM. Its addresses are free when the task is done: a guest may hold on to the card. */
export async function detachInterface(context: AppContext, input: DetachInterfaceInput): Promise<Done> {
  const { interfaceId } = input
  const vmId = await vmOf(context.em, interfaceId)
  return act(context, { method: 'detachInterface', input, objectId: vmId ?? interfaceId }, async (act) => {
    const { em, plan } = act
    if (vmId === undefined) throw notFound('interface', 'interfaceId')
    const vm = await lockVm(act, vmId, 'detachInterface', { what: 'interface', field: 'interfaceId' })
    const { rows: [card] } = await sql<{ phase: InterfacePhase; network: string; addresses: string[] }>`
      select vm_interface.phase, network.name as network,
        array(select host(ip) from address where interface_id = vm_interface.id and released_at is null order by ip) as addresses
      from vm_interface join network on network.id = vm_interface.network_id where vm_interface.id = ${interfaceId}`.execute(kyselyOf(em))
    if (!card) throw notFound('interface', 'interfaceId')
    if (card.phase !== 'ready') throw new KloudakError('WRONG_STATE', card.phase === 'attaching' ? 'This interface is still being attached.' : 'This interface is already being detached.', { field: 'interfaceId', remedy: 'Wait until its task ends.' })
    plan.loss(`The VM ${vm.name} is no longer on the network ${card.network}${card.addresses.length > 0 ? ` and gives back ${card.addresses.join(', ')}` : ''}.`)
    await planQuotaFreed(act, vm.workspace, { addresses: card.addresses.length })
    await kyselyOf(em).updateTable('vm_interface').set({ phase: 'detaching' }).where('id', '=', interfaceId).execute()
    await touch(em, vmId)
    return act.startTask({ contract: vmDetach, input: { vmId, interfaceId }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
  })
}

/** An interface stays with its VM for its whole life, so that this may be read before the VM is locked. */
async function vmOf(em: Em, interfaceId: string): Promise<string | undefined> {
  const { rows: [row] } = await sql<{ vm: string }>`select vm_id as vm from vm_interface where id = ${interfaceId}`.execute(kyselyOf(em.fork()))
  return row?.vm
}

/** The lowest free place of the locked VM: guests name their cards by it. WRONG_STATE when all are taken. */
async function placeIn(em: Em, vmId: string): Promise<{ area: string; macPrefix: string; position: number }> {
  const { rows: [vm] } = await sql<{ area: string; macPrefix: string; taken: number[] }>`
    select vm.area_id as area, installation.mac_prefix as "macPrefix", array(select position from vm_interface where vm_id = vm.id) as taken
    from vm cross join installation where vm.id = ${vmId}`.execute(kyselyOf(em))
  const { max } = vmLimits.interfaces
  if (vm!.taken.length >= max) throw new KloudakError('WRONG_STATE', `The VM has ${max} interfaces, as many as a VM can have.`, { field: 'vmId', remedy: 'Detach a network first.' })
  const position = Array.from({ length: max }, (_, place) => place).find((place) => !vm!.taken.includes(place))!
  return { area: vm!.area, macPrefix: vm!.macPrefix, position }
}

/** Interfaces are parts of their VM: its version tells those who look at it that they have changed. */
async function touch(em: Em, vmId: string): Promise<void> {
  await sql`update vm set version = version + 1 where id = ${vmId}`.execute(kyselyOf(em))
}

/** What is shared with a new VM's list of interfaces names its fields by their place in it; here there is one, and no list. */
async function aboutTheOne<Value>(work: () => Promise<Value>): Promise<Value> {
  try { return await work() } catch (error) {
    if (!(error instanceof KloudakError && error.field?.startsWith('interfaces.0.'))) throw error
    throw new KloudakError(error.code, error.message, { field: error.field.slice('interfaces.0.'.length), remedy: error.remedy, cause: error })
  }
}
