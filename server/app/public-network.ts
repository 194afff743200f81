import { sql } from 'kysely'
import { networkCreate } from '../../jobs/contract/network.ts'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkDescription, checkName } from '../model/names.ts'
import { networkLimits } from '../model/network.ts'
import type { ReservedPlan, SubnetInput } from '../model/network.ts'
import { overlapping, planSubnets } from '../model/subnet.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { insertSubnet, withDns } from './subnet-rows.ts'
import type { NewSubnet } from './subnet-rows.ts'
import { areaRetired } from './vm-ground.ts'

export interface CreatePublicNetworkInput extends Asked {
  areaId: string
  name: string
  description?: string | null | undefined
  /** Null: its frames carry no tag. */
  vlan?: number | null | undefined
  subnets: readonly SubnetInput[]
}

/**
 * A network on the public bridge of an area that every workspace may use. CONFLICT when its name or VLAN is taken, or
 * one of its subnets overlaps a public one of the area.
 */
export async function createPublicNetwork(context: AppContext, input: CreatePublicNetworkInput): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createPublicNetwork', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    const name = checkName(input.name)
    const { areaId, vlan = null } = input
    const plans = planSubnets(input.subnets)
    const area = await lockArea(act.em, areaId)
    act.plan.choice('area', area)
    const subnets = plans.map((plan, index) => withDns(plan, input.subnets[index]!, area.dns))
    await insertPublicNetwork(act.em, { id, areaId, name, description: checkDescription(input.description ?? ''), vlan, subnets })
    return act.startTask({ contract: networkCreate, input: { networkId: id }, workspaceId: null, object: { type: 'network', id, name } })
  })
}

/** The area, locked until the transaction ends: whatever must be unique on its trunks is looked at and written under it. */
export async function lockArea(em: Em, areaId: string): Promise<{ id: string; name: string; dns: string[] }> {
  const { rows: [area] } = await sql<{ id: string; name: string; dns: string[]; retired: boolean }>`
    select id, name, array(select host(server) from unnest(dns) as server) as dns, retired_at is not null as retired from area where id = ${areaId} for no key update`.execute(kyselyOf(em))
  if (!area) throw notFound('area', 'areaId')
  if (area.retired) throw areaRetired('areaId')
  return area
}

interface NewPublicNetwork { id: string; areaId: string; name: string; description: string; vlan: number | null; subnets: readonly { subnet: NewSubnet; reserved: readonly ReservedPlan[] }[] }

/** The rows of a public network. The caller holds the area's lock. */
export async function insertPublicNetwork(em: Em, { id, areaId, name, description, vlan, subnets }: NewPublicNetwork): Promise<void> {
  const { min, max } = networkLimits.vlan
  if (vlan !== null && (!Number.isInteger(vlan) || vlan < min || vlan > max)) throw new KloudakError('INVALID_INPUT', `A VLAN id lies between ${min} and ${max}.`, { field: 'vlan' })
  const { rows: [taken] } = await sql<{ name: string }>`select name from network where area_id = ${areaId} and kind = 'public' and vlan is not distinct from ${vlan}::integer`.execute(kyselyOf(em))
  if (taken) {
    throw new KloudakError('CONFLICT', vlan === null ? `The public network ${taken.name} of the area is without a tag already.` : `The public network ${taken.name} of the area has this VLAN.`, {
      field: 'vlan',
      remedy: vlan === null ? 'Give this one a VLAN, or add the subnets to that network.' : 'Choose another VLAN.',
    })
  }
  await requireApart(em, areaId, subnets.map(({ subnet }) => subnet.cidr), (index) => `subnets.${index}.cidr`)
  await sql`insert into network (id, area_id, name, description, kind, vlan) values (${id}, ${areaId}, ${name}, ${description}, 'public', ${vlan})`.execute(kyselyOf(em)).catch((error: unknown) => {
    if (violatedUnique(error) !== 'network_name') throw error
    throw new KloudakError('CONFLICT', 'There is a public network of this name.', { field: 'name', remedy: 'Choose another name.', cause: error })
  })
  for (const plan of subnets) await insertSubnet(em, id, plan)
}

/** CONFLICT when one of these subnets overlaps a public one of the area: their guests share one world of addresses. */
export async function requireApart(em: Em, areaId: string, cidrs: readonly string[], field: (index: number) => string): Promise<void> {
  const { rows } = await sql<{ cidr: string; name: string }>`
    select subnet.cidr::text, network.name from subnet join network on network.id = subnet.network_id where network.area_id = ${areaId} and network.kind = 'public'`.execute(kyselyOf(em))
  for (const [index, cidr] of cidrs.entries()) {
    const other = overlapping(cidr, rows.map((row) => row.cidr))
    if (other === undefined) continue
    throw new KloudakError('CONFLICT', `The subnet overlaps ${other} of the public network ${rows.find((row) => row.cidr === other)!.name}.`, { field: field(index), remedy: 'Choose a subnet that no other public network of the area has.' })
  }
}
