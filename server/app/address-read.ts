import { addressCount, addressPage, usageOfSubnets } from '../db/queries/address.ts'
import type { AddressFilter, AddressInterval } from '../db/queries/address.ts'
import { networksByIds, subnetsByIds } from '../db/queries/network.ts'
import type { Subnet } from '../db/entities/network.ts'
import { formatIp, requireIp } from '../model/address.ts'
import type { PageRequest } from '../model/page.ts'
import type { SubnetUsage } from '../model/subnet.ts'
import { maySeeNetwork } from './network-read.ts'
import { isOperator, sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

const canonicalIp = (filter: AddressFilter): AddressFilter => (filter.ip === undefined ? filter : { ...filter, ip: formatIp(requireIp(filter.ip, 'ip')) })

/**
 * Who has or had the addresses of a network, in the order in which they were given. Members see those of their
 * workspaces' VMs: on a public network not who else is there.
 */
export const listAddresses = (reader: Reader, filter: AddressFilter, page: PageRequest): Promise<AddressInterval[]> => addressPage(reader.em, sightOf(reader), canonicalIp(filter), page)

export const countAddresses = (reader: Reader, filter: AddressFilter): Promise<number> => addressCount(reader.em, sightOf(reader), canonicalIp(filter))

/** Those of the subnets that exist and that the reader sees, in no order, each with whether all workspaces share it. */
async function seenSubnets(reader: Reader, ids: readonly string[]): Promise<{ subnet: Subnet; shared: boolean }[]> {
  const subnets = await subnetsByIds(reader.em, ids)
  const networks = await networksByIds(reader.em, subnets.map(({ network }) => network))
  const seen = new Map(networks.filter((network) => maySeeNetwork(reader.actor, network)).map(({ id, workspace }) => [id, workspace == null]))
  return subnets.flatMap((subnet) => (seen.has(subnet.network) ? [{ subnet, shared: seen.get(subnet.network)! }] : []))
}

export const findSubnets = async (reader: Reader, ids: readonly string[]): Promise<Subnet[]> => (await seenSubnets(reader, ids)).map(({ subnet }) => subnet)

/** How subnets stand, by id. On public networks that tells of other tenants, so it is the operators' alone. */
export async function findUsage(reader: Reader, ids: readonly string[]): Promise<Map<string, SubnetUsage>> {
  const seen = await seenSubnets(reader, ids)
  return usageOfSubnets(reader.em, seen.filter(({ shared }) => !shared || isOperator(reader.actor)).map(({ subnet }) => subnet.id))
}
