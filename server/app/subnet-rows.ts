import { ReservedRange, Subnet } from '../db/entities/network.ts'
import type { Em } from '../db/orm.ts'
import { newId } from '../model/id.ts'
import type { ReservedPlan, SubnetInput, SubnetPlan } from '../model/network.ts'

/** A subnet without a gateway is an operator's alone. */
export type NewSubnet = Omit<SubnetPlan, 'gateway'> & { gateway: string | null }

/** The plan with the area's DNS servers when the input names none: a list that is empty means none. */
export function withDns<Plan extends { subnet: NewSubnet }>(plan: Plan, { dns }: SubnetInput, areaDns: readonly string[]): Plan {
  return dns == null ? { ...plan, subnet: { ...plan.subnet, dns: [...areaDns] } } : plan
}

export async function insertSubnet(em: Em, networkId: string, { subnet, reserved }: { subnet: NewSubnet; reserved: readonly ReservedPlan[] }): Promise<string> {
  const id = newId()
  await em.insert(Subnet, { id, network: networkId, ...subnet })
  await insertReserved(em, id, reserved)
  return id
}

export async function insertReserved(em: Em, subnetId: string, reserved: readonly ReservedPlan[]): Promise<void> {
  if (reserved.length > 0) await em.insertMany(ReservedRange, reserved.map((range) => ({ id: newId(), subnet: subnetId, ...range })))
}
