import { sql } from 'kysely'
import { networkCreate } from '../../jobs/contract/network.ts'
import { notFound } from '../auth/authorize.ts'
import type { Network } from '../db/entities/network.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkDescription, checkName } from '../model/names.ts'
import type { SubnetInput } from '../model/network.ts'
import type { Permission } from '../model/permissions.ts'
import { planSubnets } from '../model/subnet.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { takeQuota } from './quota.ts'
import { violatedUnique } from './retry.ts'
import { insertSubnet, withDns } from './subnet-rows.ts'
import { areaRetired } from './vm-ground.ts'
import { requireWorkspace } from './workspace-lock.ts'

export interface CreateNetworkInput extends Asked {
  workspaceId: string
  name: string
  description?: string | null | undefined
  /** Needed when there are several areas. */
  areaId?: string | null | undefined
  subnets: readonly SubnetInput[]
}

/**
 * Creates a private network: it gets the lowest free VLAN of its area, in one statement under the area's lock, and its
 * uniqueness by constraint. CONFLICT when the name is taken, QUOTA_EXCEEDED, NO_CAPACITY when the area has no VLAN left.
 */
export async function createNetwork(context: AppContext, input: CreateNetworkInput): Promise<Done> {
  const networkId = newId()
  return act(context, { method: 'createNetwork', input, objectId: networkId }, async (act) => {
    const { em } = act
    const { workspaceId } = input
    act.authorize('network:add', workspaceId, 'workspace', 'workspaceId')
    const name = checkName(input.name)
    const description = checkDescription(input.description ?? '')
    const subnets = planSubnets(input.subnets)
    await requireWorkspace(em, workspaceId)
    const area = await chooseArea(em, input.areaId ?? undefined)
    act.plan.choice('area', area)
    await takeQuota(act, workspaceId, { networks: 1 })
    await insertNetwork(em, { networkId, workspaceId, areaId: area.id, name, description })
    for (const [index, plan] of subnets.entries()) await insertSubnet(em, networkId, withDns(plan, input.subnets[index]!, area.dns))
    return act.startTask({ contract: networkCreate, input: { networkId }, workspaceId, object: { type: 'network', id: networkId, name } })
  })
}

interface ChosenArea { id: string; name: string; dns: string[] }

async function chooseArea(em: Em, areaId: string | undefined): Promise<ChosenArea> {
  const { rows: all } = await sql<ChosenArea & { retired: boolean }>`
    select id, name, array(select host(server) from unnest(dns) as server) as dns, retired_at is not null as retired
    from area where ${areaId ?? null}::uuid is null or id = ${areaId ?? null}::uuid order by retired_at is not null limit 2`.execute(kyselyOf(em))
  if (areaId !== undefined && all.length === 0) throw notFound('area', 'areaId')
  if (areaId !== undefined && all[0]!.retired) throw areaRetired('areaId')
  const rows = all.filter(({ retired }) => !retired)
  if (rows.length !== 1) throw new KloudakError('INVALID_INPUT', rows.length === 0 ? 'There is no area yet.' : 'There are several areas.', { field: 'areaId', remedy: rows.length === 0 ? 'Ask an operator for one.' : 'Say in which one the network shall be.' })
  return rows[0]!
}

interface NewNetwork { networkId: string; workspaceId: string; areaId: string; name: string; description: string }

async function insertNetwork(em: Em, { networkId, workspaceId, areaId, name, description }: NewNetwork): Promise<void> {
  await sql`select id from area where id = ${areaId} for no key update`.execute(kyselyOf(em))
  try {
    const { rows } = await sql<object>`
      insert into network (id, workspace_id, area_id, name, description, vlan)
      select ${networkId}, ${workspaceId}, ${areaId}, ${name}, ${description}, free.vlan
      from (select min(number.vlan) as vlan from area, unnest(area.vlan_ranges - area.vlan_reserved) as span, generate_series(lower(span), upper(span) - 1) as number(vlan)
        where area.id = ${areaId} and not exists (select 1 from network taken where taken.area_id = area.id and taken.kind = 'private' and taken.vlan = number.vlan)) free
      where free.vlan is not null returning id`.execute(kyselyOf(em))
    if (rows.length === 0) throw new KloudakError('NO_CAPACITY', 'The area has no VLAN left.', { field: 'areaId', remedy: 'Delete networks that are not needed, or ask an operator for more VLANs.' })
  } catch (error) {
    if (violatedUnique(error) === 'network_name') throw nameTaken(error)
    throw error
  }
}

const nameTaken = (cause: unknown) => new KloudakError('CONFLICT', 'The workspace has a network of this name.', { field: 'name', remedy: 'Choose another name.', cause })

export type LockedNetwork = Pick<Network, 'id' | 'name' | 'workspace' | 'area' | 'phase' | 'version'>

/**
 * The network, locked until the transaction ends, once the actor may do this to it. A public one is the superusers'
 * alone. `named`: what the input named it by, when that was a part of it.
 */
export async function lockNetwork(act: Act, networkId: string, permission: Permission, named = { what: 'network', field: 'networkId' }): Promise<LockedNetwork> {
  const { em, actor } = act
  const network = await kyselyOf(em).selectFrom('network').select(['id', 'name', 'workspace', 'area', 'phase', 'version']).where('id', '=', networkId).forUpdate().executeTakeFirst()
  if (!network) throw notFound(named.what, named.field)
  act.object = { type: 'network', id: network.id, name: network.name }
  if (network.workspace != null) act.authorize(permission, network.workspace, named.what, named.field)
  else if (!actor.superuser) throw new KloudakError('FORBIDDEN', 'This network is the operators\' own.', { remedy: 'Ask an operator of this Kloudak.' })
  if (network.phase === 'deleting') throw new KloudakError('WRONG_STATE', 'The network is being deleted.', { field: named.field })
  act.plan.restsOn(`network ${network.id}`, network.version)
  return network
}

export interface UpdateNetworkInput extends Asked { networkId: string; name?: string | null | undefined; description?: string | null | undefined }

/** Changes name and description; what is left out stays. Nothing on a host carries them, so there is no task. */
export async function updateNetwork(context: AppContext, input: UpdateNetworkInput): Promise<Done> {
  const { networkId, name, description } = input
  return act(context, { method: 'updateNetwork', input, objectId: networkId }, async (act) => {
    const network = await lockNetwork(act, networkId, 'network:edit')
    const change = { ...(name == null ? {} : { name: checkName(name) }), ...(description == null ? {} : { description: checkDescription(description) }) }
    if (change.name !== undefined && change.name !== network.name) act.plan.step(`The network ${network.name} is called ${change.name}.`)
    try {
      if (Object.keys(change).length > 0) await kyselyOf(act.em).updateTable('network').set(change).where('id', '=', networkId).execute()
    } catch (error) {
      if (violatedUnique(error) === 'network_name') throw nameTaken(error)
      throw error
    }
    return { taskId: null }
  })
}
