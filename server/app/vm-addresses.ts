import type { Em } from '../db/orm.ts'
import { giveChosenAddress, giveLowestAddress, lockSubnets, reservedRangeOf } from '../db/queries/allocate.ts'
import { contains, parseCidr, requireIp } from '../model/address.ts'
import { KloudakError } from '../model/errors.ts'
import { checkChosenAddress } from '../model/network.ts'
import type { Ground, GroundNetwork, GroundSubnet } from './vm-ground.ts'

interface NewInterface { id: string; networkId: string; ip: string | undefined }

/** One address that an interface shall have: a free one of the first of these subnets that has one, or a chosen one. */
interface Wish { interfaceId: string; index: number; subnets: GroundSubnet[]; ip: string | undefined }

/**
 * Gives each interface an address of every family that its network has subnets of, the chosen one where it fits. Chosen
 * ones go first, so that no other interface of the same VM is given them. INVALID_INPUT for one that the network cannot
 * give, CONFLICT when somebody has it, NO_CAPACITY when all subnets of a family are full.
 */
export async function giveAddresses(em: Em, { vmId, interfaces, ground }: { vmId: string; interfaces: readonly NewInterface[]; ground: Pick<Ground, 'networks'> }): Promise<void> {
  const wishes = interfaces.flatMap(({ id, networkId, ip }, index): Wish[] => {
    const { subnets } = ground.networks.get(networkId)!
    const chosen = ip === undefined ? undefined : chosenSubnet(ip, subnets, `interfaces.${index}.ip`)
    return Array.from(Map.groupBy(subnets, familyOf).values(), (ofFamily) => {
      const here = chosen !== undefined && ofFamily.includes(chosen.subnet)
      return { interfaceId: id, index, subnets: here ? [chosen.subnet] : ofFamily, ip: here ? chosen.ip : undefined }
    })
  })
  if (wishes.length === 0) return
  await lockSubnets(em, wishes.flatMap(({ subnets }) => subnets.map(({ id }) => id)))
  for (const wish of wishes.toSorted((a, b) => Number(a.ip === undefined) - Number(b.ip === undefined))) {
    if (wish.ip === undefined) await giveFree(em, vmId, wish)
    else await giveChosen(em, vmId, { ...wish, ip: wish.ip })
  }
}

/** How many addresses an interface gets on this network: one of each family. */
export const addressesOn = ({ subnets }: GroundNetwork): number => new Set(subnets.map(familyOf)).size

const familyOf = ({ cidr }: { cidr: string }) => parseCidr(cidr).family

async function giveFree(em: Em, vmId: string, { interfaceId, index, subnets }: Wish): Promise<void> {
  for (const { id } of subnets) if (await giveLowestAddress(em, { subnetId: id, interfaceId, vmId }) !== undefined) return
  const names = subnets.map(({ cidr }) => cidr).join(', ')
  throw new KloudakError('NO_CAPACITY', subnets.length === 1 ? `The subnet ${names} has no free address.` : `The subnets ${names} have no free address.`, {
    field: `interfaces.${index}.networkId`,
    remedy: 'Delete VMs that are not needed, use another network, or add a subnet to this one; released addresses are free after a minute.',
  })
}

async function giveChosen(em: Em, vmId: string, { interfaceId, index, subnets, ip }: Wish & { ip: string }): Promise<void> {
  const field = `interfaces.${index}.ip`
  const subnetId = subnets[0]!.id
  const reserved = await reservedRangeOf(em, subnetId, ip)
  if (reserved) {
    const { first, last, reason } = reserved
    throw new KloudakError('INVALID_INPUT', `${ip} lies in the reserved range from ${first} to ${last}${reason === '' ? '' : ` (${reason})`}.`, { field, remedy: 'Choose another address, or leave it out to get a free one.' })
  }
  if (await giveChosenAddress(em, { subnetId, interfaceId, vmId }, ip)) return
  throw new KloudakError('CONFLICT', `${ip} is taken, or was released less than a minute ago.`, { field, remedy: 'Choose another address, or leave it out to get a free one.' })
}

function chosenSubnet(text: string, subnets: readonly GroundSubnet[], field: string): { subnet: GroundSubnet; ip: string } {
  const address = requireIp(text, field)
  const subnet = subnets.find(({ cidr }) => contains(parseCidr(cidr), address))
  if (subnet) return { subnet, ip: checkChosenAddress(text, subnet, field) }
  throw new KloudakError('INVALID_INPUT', subnets.length === 0 ? 'The network has no subnet.' : `The network has no subnet with this address, only ${subnets.map(({ cidr }) => cidr).join(', ')}.`, {
    field,
    remedy: 'Choose an address of the network, or leave it out to get a free one.',
  })
}
