import type { Em } from '../db/orm.ts'
import { giveChosenAddress, giveLowestAddress, lockSubnets } from '../db/queries/allocate.ts'
import { parseCidr, parseIp } from '../model/address.ts'
import { KloudakError } from '../model/errors.ts'
import { checkChosenAddress } from '../model/network.ts'
import type { Ground } from './vm-ground.ts'

interface NewInterface { id: string; networkId: string; ip: string | undefined }

/**
 * Gives each interface an address of every subnet of its network (one for each family), the chosen one where it fits.
 * Chosen ones go first, so that no other interface of the same VM is given them. INVALID_INPUT for one that the network
 * cannot give, CONFLICT when somebody has it, NO_CAPACITY when a subnet is full.
 */
export async function giveAddresses(em: Em, { vmId, interfaces, ground }: { vmId: string; interfaces: readonly NewInterface[]; ground: Pick<Ground, 'networks'> }): Promise<void> {
  const wishes = interfaces.flatMap(({ id, networkId, ip }, index) => {
    const { subnets } = ground.networks.get(networkId)!
    const chosen = ip === undefined ? undefined : chosenSubnet(ip, subnets, `interfaces.${index}.ip`)
    return subnets.map((subnet) => ({ subnet, interfaceId: id, index, ip: subnet === chosen?.subnet ? chosen.ip : undefined }))
  })
  if (wishes.length === 0) return
  await lockSubnets(em, wishes.map(({ subnet }) => subnet.id))
  for (const { subnet, interfaceId, index, ip } of wishes.toSorted((a, b) => Number(a.ip === undefined) - Number(b.ip === undefined))) {
    const holder = { subnetId: subnet.id, interfaceId, vmId }
    if (ip === undefined) {
      if (await giveLowestAddress(em, holder) === undefined) throw new KloudakError('NO_CAPACITY', `The subnet ${subnet.cidr} has no free address.`, { field: `interfaces.${index}.networkId`, remedy: 'Delete VMs that are not needed, or use another network; released addresses are free after a minute.' })
    } else if (!await giveChosenAddress(em, holder, ip)) {
      throw new KloudakError('CONFLICT', `${ip} is taken, or was released less than a minute ago.`, { field: `interfaces.${index}.ip`, remedy: 'Choose another address, or leave it out to get a free one.' })
    }
  }
}

function chosenSubnet<Subnet extends { cidr: string; gateway: string | null; rangeFirst: string; rangeLast: string }>(text: string, subnets: readonly Subnet[], field: string): { subnet: Subnet; ip: string } {
  const family = parseIp(text)?.family
  const subnet = subnets.find(({ cidr }) => parseCidr(cidr).family === family) ?? subnets[0]
  if (!subnet) throw new KloudakError('INVALID_INPUT', 'The network has no subnet.', { field, remedy: 'Leave the address out.' })
  return { subnet, ip: checkChosenAddress(text, subnet, field) }
}
