import { KloudakError } from './errors.ts'

/** An address as a number, so that ranges can be compared and counted. */
export interface Ip { family: 4 | 6; value: bigint }

/** A block of addresses; `base` has no bits set beyond the prefix. */
export interface Cidr { family: 4 | 6; base: bigint; prefix: number }

export const bitsOf = (family: 4 | 6) => (family === 4 ? 32 : 128)

const mapped = 0xffffn << 32n

/**
 * Reads one address as people write it; an IPv4 address that is mapped into IPv6 is that IPv4 address, for there the packets
 * go. Undefined for anything else: leading zeroes, zones, ports and prefixes included.
 */
export function parseIp(text: string): Ip | undefined {
  if (text.includes(':')) {
    const value = parseV6(text)
    if (value === undefined) return undefined
    return value >> 32n === mapped >> 32n ? { family: 4, value: value - mapped } : { family: 6, value }
  }
  const value = parseV4(text)
  return value === undefined ? undefined : { family: 4, value }
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  // A leading zero means octal to some readers and decimal to others, so it is refused.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n)
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half, index) => groupsOf(half, index === halves.length - 1))
  const [head, tail] = groups
  if (!head || groups.some((half) => half === undefined)) return undefined
  const written = head.length + (tail?.length ?? 0)
  // '::' stands for at least one group.
  if (tail ? written > 7 : written !== 8) return undefined
  const all = [...head, ...Array.from({ length: 8 - written }, () => 0), ...(tail ?? [])]
  return all.reduce((value, group) => value * 65536n + BigInt(group), 0n)
}

/** The 16-bit groups of one side of '::'; the very last may be an IPv4 address, which counts as two. */
function groupsOf(half: string, ends: boolean): number[] | undefined {
  if (half === '') return []
  const parts = half.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = ends && index === parts.length - 1 ? parseV4(part) : undefined
      if (v4 === undefined) return undefined
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn))
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

/** The one way to write an address: dotted decimal, or RFC 5952, as PostgreSQL writes `inet`, but for `::` and an IPv4 address. */
export function formatIp({ family, value }: Ip): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(16 * (7 - index))) & 0xffffn))
  const { start, length } = longestZeroes(groups)
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function longestZeroes(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** Reads `10.0.0.0/24` or `2001:db8::/64`. INVALID_INPUT when it is no block, or has bits beyond its prefix. */
export function parseCidr(text: string, field = 'cidr'): Cidr {
  const [address = '', length = '', ...more] = text.split('/')
  const ip = parseIp(address)
  const prefix = /^(0|[1-9]\d{0,2})$/.test(length) ? Number(length) : Number.NaN
  // A prefix counted in the 128 bits of a mapped address is not the one of its 32.
  const isMapped = ip?.family === 4 && address.includes(':')
  if (!ip || isMapped || more.length > 0 || !(prefix <= bitsOf(ip.family))) throw new KloudakError('INVALID_INPUT', 'This is not a subnet.', { field, remedy: 'Write it as address and prefix length, for example 10.0.0.0/24.' })
  const base = baseOf(ip, prefix)
  if (base !== ip.value) {
    const meant = `${formatIp({ family: ip.family, value: base })}/${prefix}`
    throw new KloudakError('INVALID_INPUT', 'The address of this subnet has bits set beyond its prefix.', { field, remedy: `If you mean the whole subnet, write ${meant}.` })
  }
  return { family: ip.family, base, prefix }
}

const baseOf = ({ family, value }: Ip, prefix: number) => {
  const hostBits = BigInt(bitsOf(family) - prefix)
  return (value >> hostBits) << hostBits
}

export const formatCidr = ({ family, base, prefix }: Cidr): string => `${formatIp({ family, value: base })}/${prefix}`

/** The highest address of the block: the broadcast address of an IPv4 subnet. */
export const lastOf = ({ family, base, prefix }: Cidr): bigint => base + (1n << BigInt(bitsOf(family) - prefix)) - 1n

export const contains = (cidr: Cidr, ip: Ip): boolean => cidr.family === ip.family && ip.value >= cidr.base && ip.value <= lastOf(cidr)

export const overlap = (a: Cidr, b: Cidr): boolean => a.family === b.family && a.base <= lastOf(b) && b.base <= lastOf(a)

/** Reads one address. INVALID_INPUT otherwise. */
export function requireIp(text: string, field: string): Ip {
  const ip = parseIp(text)
  if (!ip) throw new KloudakError('INVALID_INPUT', 'This is not an IP address.', { field, remedy: 'Write it as 10.0.0.5 or 2001:db8::5, without a prefix length.' })
  return ip
}
