import { contains, formatIp, overlap, parseCidr, requireIp } from './address.ts'
import { KloudakError } from './errors.ts'
import { checkName } from './names.ts'
import { capacityOf, networkLimits, planSubnet } from './network.ts'
import type { ReservedInput, ReservedPlan, SubnetInput, SubnetPlan } from './network.ts'

/** The subnets of a new network: at least one, none overlapping another. */
export function planSubnets(subnets: readonly SubnetInput[], field = 'subnets'): { subnet: SubnetPlan; reserved: ReservedPlan[] }[] {
  const { max } = networkLimits.subnets
  if (subnets.length === 0 || subnets.length > max) throw new KloudakError('INVALID_INPUT', `A network has 1 to ${max} subnets.`, { field })
  const plans = subnets.map((subnet, index) => planWithReserved(subnet, `${field}.${index}`))
  for (const [index, { subnet }] of plans.entries()) {
    const other = overlapping(subnet.cidr, plans.slice(0, index).map((plan) => plan.subnet.cidr))
    if (other !== undefined) throw new KloudakError('INVALID_INPUT', `The subnet overlaps ${other} of the same network.`, { field: `${field}.${index}.cidr`, remedy: 'Choose subnets that have no address in common.' })
  }
  return plans
}

export function planWithReserved(input: SubnetInput, field = 'subnet'): { subnet: SubnetPlan; reserved: ReservedPlan[] } {
  const subnet = planSubnet(input, field)
  return { subnet, reserved: planReserved(input.reserved ?? [], subnet.cidr, `${field}.reserved`) }
}

/** The first of these blocks that has an address in common with the block. */
export function overlapping(cidr: string, others: readonly string[]): string | undefined {
  const block = parseCidr(cidr)
  return others.find((other) => overlap(parseCidr(other), block))
}

/** Reserved ranges of a subnet, both ends included. INVALID_INPUT for one outside of it, turned round, or overlapping another. */
export function planReserved(ranges: readonly ReservedInput[], cidr: string, field: string): ReservedPlan[] {
  const { max } = networkLimits.reserved
  if (ranges.length > max) throw new KloudakError('INVALID_INPUT', `A subnet has at most ${max} reserved ranges.`, { field, remedy: 'Join ranges that touch.' })
  const block = parseCidr(cidr)
  const read = ranges.map(({ first, last, reason }, index) => {
    const at = `${field}.${index}`
    const [from, to] = [requireIp(first, `${at}.first`), requireIp(last, `${at}.last`)]
    for (const [end, address] of [['first', from], ['last', to]] as const) if (!contains(block, address)) throw new KloudakError('INVALID_INPUT', `${formatIp(address)} is not in ${cidr}.`, { field: `${at}.${end}` })
    if (from.value > to.value) throw new KloudakError('INVALID_INPUT', 'The range ends before it begins.', { field: `${at}.last` })
    return { from, to, reason: reason == null || reason === '' ? '' : checkName(reason, `${at}.reason`) }
  })
  for (const [index, { from, to }] of read.entries()) {
    const clash = read.slice(0, index).some((other) => from.value <= other.to.value && other.from.value <= to.value)
    if (clash) throw new KloudakError('INVALID_INPUT', 'The range overlaps another reserved range.', { field: `${field}.${index}`, remedy: 'Join the two.' })
  }
  return read.map(({ from, to, reason }) => ({ first: formatIp(from), last: formatIp(to), reason }))
}

export interface SubnetUsage { total: bigint; used: bigint; resting: bigint; reserved: bigint; free: bigint }

/**
 * How the addresses of a subnet stand. `reserved` are those ranges without the ones that VMs had before they were
 * reserved, so that the four parts add up to the total.
 */
export function usageOf(subnet: { gateway: string | null; rangeFirst: string; rangeLast: string }, { reserved, held, resting, takenInReserved }: { reserved: readonly { first: string; last: string }[]; held: number; resting: number; takenInReserved: number }): SubnetUsage {
  const [first, last] = [requireIp(subnet.rangeFirst, 'rangeFirst').value, requireIp(subnet.rangeLast, 'rangeLast').value]
  const gateway = subnet.gateway === null ? undefined : requireIp(subnet.gateway, 'gateway').value
  const kept = reserved.reduce((sum, range) => {
    const from = largest(requireIp(range.first, 'first').value, first)
    const to = smallest(requireIp(range.last, 'last').value, last)
    if (from > to) return sum
    return sum + to - from + 1n - (gateway !== undefined && gateway >= from && gateway <= to ? 1n : 0n)
  }, 0n) - BigInt(takenInReserved)
  const total = capacityOf(subnet)
  const [used, rest] = [BigInt(held), BigInt(resting)]
  return { total, used, resting: rest, reserved: kept, free: total - used - rest - kept }
}

const largest = (a: bigint, b: bigint) => (a > b ? a : b)
const smallest = (a: bigint, b: bigint) => (a < b ? a : b)
