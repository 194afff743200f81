import { sql } from 'kysely'
import { Area } from '../db/entities/infrastructure.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { knownPolicies } from '../db/own-policies.ts'
import { checkOvercommit } from '../model/area.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import { checkDns, formatVlanRanges } from '../model/network.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import { lockEntry } from './catalogue.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { someOf } from './in-use.ts'
import { violatedUnique } from './retry.ts'

interface VlanRange { first: number; last: number }

export interface AreaInput {
  name?: string | null | undefined
  vlanRanges?: readonly VlanRange[] | null | undefined
  /** Taken out of the ranges: for what else is on the trunk. */
  reservedVlans?: readonly VlanRange[] | null | undefined
  vcpuOvercommit?: number | null | undefined
  memoryOvercommit?: number | null | undefined
  /** For subnets that name no servers of their own. */
  dns?: readonly string[] | null | undefined
  /** How its hosts are chosen: a policy of ours, or the name of an own module. */
  placementPolicy?: string | null | undefined
}

/** The columns that the input sets. INVALID_INPUT with the field at fault. */
function columnsOf({ name, vlanRanges, reservedVlans, vcpuOvercommit, memoryOvercommit, dns, placementPolicy }: AreaInput) {
  return {
    ...(name == null ? {} : { name: checkName(name) }),
    ...(vlanRanges == null ? {} : { vlanRanges: formatVlanRanges(vlanRanges) }),
    ...(reservedVlans == null ? {} : { vlanReserved: formatVlanRanges(reservedVlans, 'reservedVlans', { mayBeEmpty: true }) }),
    ...(vcpuOvercommit == null ? {} : { vcpuOvercommit: checkOvercommit(vcpuOvercommit, 'vcpuOvercommit') }),
    ...(memoryOvercommit == null ? {} : { memoryOvercommit: checkOvercommit(memoryOvercommit, 'memoryOvercommit') }),
    ...(dns == null ? {} : { dns: checkDns(dns, 'dns') }),
    ...(placementPolicy == null ? {} : { placementPolicy: checkPolicy(placementPolicy) }),
  }
}

/** Modules are named in the environment of servers and workers: the API takes no path. */
function checkPolicy(name: string): string {
  const known = knownPolicies().map((policy) => policy.name)
  if (!known.includes(name)) throw new KloudakError('INVALID_INPUT', 'There is no such placement policy.', { field: 'placementPolicy', remedy: `Choose one of ${known.join(', ')}.` })
  return name
}

/** A failover domain. Its machine baseline is taken from the first host that is enrolled in it. */
export async function insertArea(em: Em, id: string, input: AreaInput & { name: string }): Promise<void> {
  await em.insert(Area, { name: input.name, ...columnsOf(input), id }).catch(nameTaken)
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'area_name_key') throw error
  throw new KloudakError('CONFLICT', 'An area of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

/** CONFLICT when the name is taken. Hosts and pools are enrolled into it afterwards. */
export async function createArea(context: AppContext, input: AreaInput & Asked & { name: string }): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createArea', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    await insertArea(act.em, id, input)
    act.object = { type: 'area', id, name: checkName(input.name) }
    act.plan.step(`The area ${input.name} is made.`)
    return { taskId: null }
  })
}

/** Changes what is given. Networks keep the VLANs that they have, also those that are taken out of the ranges: only new networks are given others. */
export async function updateArea(context: AppContext, input: AreaInput & Asked & { areaId: string }): Promise<Done> {
  const { areaId } = input
  return act(context, { method: 'updateArea', input, objectId: areaId }, async (act) => {
    const area = await lockEntry(act, 'area', areaId)
    const change = columnsOf(input)
    if (Object.keys(change).length === 0) return { taskId: null }
    await kyselyOf(act.em).updateTable('area').set(change).where('id', '=', areaId).execute().catch(nameTaken)
    act.plan.step(`The area ${area.name} is changed.`)
    if (act.wantsPlan) await planKeptVlans(act, areaId)
    return { taskId: null }
  })
}

/** Says which networks have VLANs outside of the ranges now. */
async function planKeptVlans({ em, plan }: Act, areaId: string): Promise<void> {
  const { rows } = await sql<{ name: string; vlan: number; total: string }>`
    select network.name, network.vlan, count(*) over () as total from network join area on area.id = network.area_id
    where area.id = ${areaId} and network.kind = 'private' and not (area.vlan_ranges - area.vlan_reserved) @> network.vlan order by network.vlan limit 5`.execute(kyselyOf(em))
  if (rows.length === 0) return
  plan.step(`Networks keep VLANs that are not given to new ones: ${someOf(rows.map(({ name, vlan }) => `${name} (${vlan})`), Number(rows[0]!.total))}.`)
}
