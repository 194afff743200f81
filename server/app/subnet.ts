import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { lockSubnets } from '../db/queries/allocate.ts'
import { heldInRanges, holdersOf } from '../db/queries/address.ts'
import { KloudakError } from '../model/errors.ts'
import { checkDns, networkLimits } from '../model/network.ts'
import type { ReservedInput, SubnetInput } from '../model/network.ts'
import { overlapping, planReserved, planWithReserved } from '../model/subnet.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { someOf } from './in-use.ts'
import { lockNetwork } from './network.ts'
import type { LockedNetwork } from './network.ts'
import { lockArea, requireApart } from './public-network.ts'
import { insertReserved, insertSubnet, withDns } from './subnet-rows.ts'

export interface AddSubnetInput extends Asked { networkId: string; subnet: SubnetInput }

/**
 * Adds a whole subnet to a network that exists, in one go. New interfaces get an address of it: of a family that the
 * network lacked beside the other one, of a family that it has once the older subnets are full. Interfaces that exist
 * keep what they have. CONFLICT when it overlaps one of the network, or for a public
 * network one of another public network of the area.
 */
export async function addSubnet(context: AppContext, input: AddSubnetInput): Promise<Done> {
  const { networkId } = input
  return act(context, { method: 'addSubnet', input, objectId: networkId }, async (act) => {
    const { em, plan } = act
    const network = await lockNetwork(act, networkId, 'network:edit')
    if (network.phase === 'failed') throw new KloudakError('WRONG_STATE', 'The creation of this network failed.', { field: 'networkId', remedy: 'Delete it and create it again.' })
    const planned = planWithReserved(input.subnet)
    const { cidr } = planned.subnet
    await requireRoomFor(em, network, cidr)
    await insertSubnet(em, networkId, withDns(planned, input.subnet, await areaDns(em, network)))
    await touch(em, networkId)
    plan.step(`The network ${network.name} gets the subnet ${cidr}.`)
    return { taskId: null }
  })
}

async function requireRoomFor(em: Em, { id, workspace, area }: LockedNetwork, cidr: string): Promise<void> {
  const { rows } = await sql<{ cidr: string }>`select cidr::text from subnet where network_id = ${id}`.execute(kyselyOf(em))
  const { max } = networkLimits.subnets
  if (rows.length >= max) throw new KloudakError('INVALID_INPUT', `A network has at most ${max} subnets.`, { field: 'networkId', remedy: 'Add a larger one, or make another network.' })
  const other = overlapping(cidr, rows.map((row) => row.cidr))
  if (other !== undefined) throw new KloudakError('CONFLICT', `The subnet overlaps ${other} of this network.`, { field: 'subnet.cidr', remedy: 'Choose a subnet that has no address in common with it.' })
  if (workspace != null) return
  await lockArea(em, area)
  await requireApart(em, area, [cidr], () => 'subnet.cidr')
}

async function areaDns(em: Em, { area }: LockedNetwork): Promise<string[]> {
  const { rows } = await sql<{ dns: string[] }>`select array(select host(server) from unnest(dns) as server) as dns from area where id = ${area}`.execute(kyselyOf(em))
  return rows[0]!.dns
}

/** A subnet is a part of its network: whoever watches that hears of the change. */
async function touch(em: Em, networkId: string): Promise<void> {
  await sql`update network set updated_at = clock_timestamp() where id = ${networkId}`.execute(kyselyOf(em))
}

interface LockedSubnet { id: string; cidr: string; network: LockedNetwork }

/** The subnet with its network, locked. To strangers it is not there, whichever of the two they may not see. */
async function lockSubnet(act: Act, subnetId: string): Promise<LockedSubnet> {
  const named = { what: 'subnet', field: 'subnetId' }
  const { rows: [subnet] } = await sql<{ networkId: string }>`select network_id as "networkId" from subnet where id = ${subnetId}`.execute(kyselyOf(act.em))
  if (!subnet) throw notFound(named.what, named.field)
  const network = await lockNetwork(act, subnet.networkId, 'network:edit', named)
  await lockSubnets(act.em, [subnetId])
  const { rows: [locked] } = await sql<{ cidr: string }>`select cidr::text from subnet where id = ${subnetId}`.execute(kyselyOf(act.em))
  if (!locked) throw notFound(named.what, named.field)
  return { id: subnetId, cidr: locked.cidr, network }
}

export interface UpdateSubnetInput extends Asked {
  subnetId: string
  dns?: readonly string[] | null | undefined
  /** Replaces all of them. */
  reserved?: readonly ReservedInput[] | null | undefined
}

/** Changes DNS servers and reserved ranges. Guests that exist keep their servers, and VMs the addresses that they have in a range that is reserved now. */
export async function updateSubnet(context: AppContext, input: UpdateSubnetInput): Promise<Done> {
  const { subnetId, dns, reserved } = input
  return act(context, { method: 'updateSubnet', input, objectId: subnetId }, async (act) => {
    const { em, plan } = act
    const { cidr, network } = await lockSubnet(act, subnetId)
    if (dns != null) await sql`update subnet set dns = ${`{${checkDns(dns, 'dns').join(',')}}`}::inet[] where id = ${subnetId}`.execute(kyselyOf(em))
    if (reserved != null) {
      const planned = planReserved(reserved, cidr, 'reserved')
      await sql`delete from reserved_range where subnet_id = ${subnetId}`.execute(kyselyOf(em))
      await insertReserved(em, subnetId, planned)
    }
    if (dns == null && reserved == null) return { taskId: null }
    await touch(em, network.id)
    plan.step(`The subnet ${cidr} of the network ${network.name} is changed for VMs that are made from now on.`)
    if (act.wantsPlan && reserved != null) {
      const { names, total } = await heldInRanges(em, subnetId)
      if (total > 0) plan.step(`VMs keep addresses that are reserved now: ${someOf(names, total)}.`)
    }
    return { taskId: null }
  })
}

export interface RemoveSubnetInput extends Asked { subnetId: string }

/** Removes a subnet that no VM has an address of; CONFLICT names those that have. Who had its addresses stays known. */
export async function removeSubnet(context: AppContext, input: RemoveSubnetInput): Promise<Done> {
  const { subnetId } = input
  return act(context, { method: 'removeSubnet', input, objectId: subnetId }, async (act) => {
    const { em } = act
    const { cidr, network } = await lockSubnet(act, subnetId)
    const { names, total } = await holdersOf(em, subnetId)
    if (total > 0) throw new KloudakError('CONFLICT', `The subnet is used by ${someOf(names, total)}.`, { field: 'subnetId', remedy: 'Delete these VMs first.' })
    act.plan.loss(`The subnet ${cidr} of the network ${network.name} is gone.`)
    await sql`delete from subnet where id = ${subnetId}`.execute(kyselyOf(em))
    await touch(em, network.id)
    return { taskId: null }
  })
}
