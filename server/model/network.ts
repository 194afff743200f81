import { contains, formatCidr, formatIp, lastOf, overlap, parseCidr, requireIp } from './address.ts'
import type { Cidr, Ip } from './address.ts'
import { KloudakError } from './errors.ts'

export interface ReservedInput { first: string; last: string; reason?: string | null }
export interface SubnetInput {
  cidr: string
  gateway?: string | null
  dns?: readonly string[] | null
  /** The range that is handed out; all usable addresses when left out. */
  rangeFirst?: string | null
  rangeLast?: string | null
  reserved?: readonly ReservedInput[] | null
}

/** A subnet as rows keep it. Every address from `rangeFirst` to `rangeLast` but the gateway may be handed out. */
export interface SubnetPlan { cidr: string; gateway: string; dns: string[]; rangeFirst: string; rangeLast: string }

/** Addresses inside a subnet that are never handed out. */
export interface ReservedPlan { first: string; last: string; reason: string }

export const networkLimits = { dns: { max: 4 }, subnets: { max: 8 }, reserved: { max: 64 }, vlanRanges: { max: 64 }, v4Prefix: { min: 8, max: 30 }, v6Prefix: { min: 32, max: 126 }, vlan: { min: 1, max: 4094 } } as const

// Blocks in which no guest can have its address: this-network, loopback, link-local, multicast and reserved.
const unusable: readonly Cidr[] = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/8', 'fe80::/10', 'ff00::/8'].map((text) => parseCidr(text))

/**
 * What a subnet becomes: the gateway is its first address unless another one is asked for, and the range leaves out
 * what no guest may have (network and broadcast address in IPv4, the subnet-router anycast address in IPv6).
 * INVALID_INPUT names the field at fault below `field`.
 */
export function planSubnet(input: SubnetInput, field = 'subnet'): SubnetPlan {
  const cidr = parseCidr(input.cidr, `${field}.cidr`)
  const { min, max } = cidr.family === 4 ? networkLimits.v4Prefix : networkLimits.v6Prefix
  if (cidr.prefix < min || cidr.prefix > max) throw new KloudakError('INVALID_INPUT', `An IPv${cidr.family} subnet has a prefix from /${min} to /${max}.`, { field: `${field}.cidr` })
  const taken = unusable.find((block) => overlap(block, cidr))
  if (taken) throw new KloudakError('INVALID_INPUT', `Guests cannot use addresses of ${formatCidr(taken)}.`, { field: `${field}.cidr`, remedy: 'Choose a private subnet, for example 10.0.0.0/24.' })
  const range = usableRange(cidr)
  const gateway = input.gateway ? requireIp(input.gateway, `${field}.gateway`) : { family: cidr.family, value: range.first }
  if (!isUsable(cidr, gateway)) throw new KloudakError('INVALID_INPUT', 'The gateway is not an address of this subnet that a machine can have.', { field: `${field}.gateway`, remedy: `Choose one from ${ip(cidr, range.first)} to ${ip(cidr, range.last)}.` })
  const [first, last] = [rangeEnd(cidr, input.rangeFirst, range.first, `${field}.rangeFirst`), rangeEnd(cidr, input.rangeLast, range.last, `${field}.rangeLast`)]
  if (first > last) throw new KloudakError('INVALID_INPUT', 'The range ends before it begins.', { field: `${field}.rangeLast` })
  return { cidr: formatCidr(cidr), gateway: formatIp(gateway), dns: checkDns(input.dns ?? [], `${field}.dns`), rangeFirst: ip(cidr, first), rangeLast: ip(cidr, last) }
}

function rangeEnd(cidr: Cidr, text: string | null | undefined, usual: bigint, field: string): bigint {
  if (text == null) return usual
  const address = requireIp(text, field)
  if (isUsable(cidr, address)) return address.value
  const range = usableRange(cidr)
  throw new KloudakError('INVALID_INPUT', `${formatIp(address)} is not an address of ${formatCidr(cidr)} that a machine can have.`, { field, remedy: `Choose one from ${ip(cidr, range.first)} to ${ip(cidr, range.last)}.` })
}

/** DNS servers as rows keep them. INVALID_INPUT for what is no address. */
export function checkDns(dns: readonly string[], field: string): string[] {
  if (dns.length > networkLimits.dns.max) throw new KloudakError('INVALID_INPUT', `There are at most ${networkLimits.dns.max} DNS servers.`, { field })
  return dns.map((server, index) => formatIp(requireIp(server, `${field}.${index}`)))
}

const ip = ({ family }: Cidr, value: bigint) => formatIp({ family, value })

/** First and last address that a machine can have. In IPv6 the last one is no broadcast address and may be used. */
function usableRange(cidr: Cidr): { first: bigint; last: bigint } {
  return { first: cidr.base + 1n, last: cidr.family === 4 ? lastOf(cidr) - 1n : lastOf(cidr) }
}

function isUsable(cidr: Cidr, address: Ip): boolean {
  const { first, last } = usableRange(cidr)
  return contains(cidr, address) && address.value >= first && address.value <= last
}

/** An address that a user chose: in the subnet, in its range, and not the gateway's. Returns it in canonical form; INVALID_INPUT otherwise. */
export function checkChosenAddress(text: string, subnet: SubnetPlan | { cidr: string; gateway: string | null; rangeFirst: string; rangeLast: string }, field: string): string {
  const address = requireIp(text, field)
  const cidr = parseCidr(subnet.cidr)
  const remedy = `Choose one from ${subnet.rangeFirst} to ${subnet.rangeLast}, or leave it out to get a free one.`
  if (!contains(cidr, address)) throw new KloudakError('INVALID_INPUT', `${formatIp(address)} is not in ${subnet.cidr}.`, { field, remedy })
  if (subnet.gateway !== null && requireIp(subnet.gateway, field).value === address.value) throw new KloudakError('INVALID_INPUT', `${formatIp(address)} is the gateway of this subnet.`, { field, remedy })
  const inRange = address.value >= requireIp(subnet.rangeFirst, field).value && address.value <= requireIp(subnet.rangeLast, field).value
  if (!inRange) throw new KloudakError('INVALID_INPUT', `${formatIp(address)} is not handed out in this subnet.`, { field, remedy })
  return formatIp(address)
}

/** How many addresses the subnet can hand out; the gateway inside the range is none of them. */
export function capacityOf(subnet: { gateway: string | null; rangeFirst: string; rangeLast: string }): bigint {
  const [first, last] = [requireIp(subnet.rangeFirst, 'rangeFirst'), requireIp(subnet.rangeLast, 'rangeLast')]
  const gateway = subnet.gateway === null ? undefined : requireIp(subnet.gateway, 'gateway')
  const gatewayInside = gateway !== undefined && gateway.value >= first.value && gateway.value <= last.value
  return last.value - first.value + 1n - (gatewayInside ? 1n : 0n)
}

/** The prefix length as a guest's network configuration writes it: `24` of `10.0.0.0/24`. */
export const prefixLengthOf = (cidr: string): number => parseCidr(cidr).prefix

/**
 * A MAC under the installation's prefix: three random octets below the three given ones. Uniqueness is the database's
 * work (decision 12); with 2^24 to choose from a collision is drawn again.
 */
export function macFrom(prefix: string, random: Uint8Array): string {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){2}$/.test(prefix)) throw new Error(`a MAC prefix has three octets, not ${prefix}`)
  if (random.length < 3) throw new Error('a MAC needs three random octets')
  return [prefix, ...Array.from(random.subarray(0, 3), (octet) => octet.toString(16).padStart(2, '0'))].join(':')
}

/** Ranges of VLAN ids, both ends included, from PostgreSQL's `{[2,100),[200,4095)}`. */
export function parseVlanRanges(multirange: string): { first: number; last: number }[] {
  return Array.from(multirange.matchAll(/\[(\d+),(\d+)\)/g), ([, first, end]) => ({ first: Number(first), last: Number(end) - 1 }))
}

/** The multirange that rows keep. INVALID_INPUT when a range is empty, turned round, or leaves 1-4094. */
export function formatVlanRanges(ranges: readonly { first: number; last: number }[], field = 'vlanRanges', { mayBeEmpty = false } = {}): string {
  const { min, max } = networkLimits.vlan
  if (ranges.length > networkLimits.vlanRanges.max) throw new KloudakError('INVALID_INPUT', `There are at most ${networkLimits.vlanRanges.max} ranges.`, { field, remedy: 'Join ranges that touch.' })
  const wrong = ranges.findIndex(({ first, last }) => !Number.isInteger(first) || !Number.isInteger(last) || first < min || last > max || first > last)
  if ((ranges.length === 0 && !mayBeEmpty) || wrong >= 0) throw new KloudakError('INVALID_INPUT', `VLAN ranges lie between ${min} and ${max}, the first id not above the last.`, { field: wrong >= 0 ? `${field}.${wrong}` : field })
  return `{${ranges.map(({ first, last }) => `[${first},${last + 1})`).join(',')}}`
}

