import { formatIp, parseIp } from './address.ts'
import { KloudakError } from './errors.ts'
import { addressPurposes } from './host-discovery.ts'
import type { HostAddressNote } from './host-discovery.ts'
import { checkName } from './names.ts'

const invalid = (field: string, message: string, remedy?: string) => new KloudakError('INVALID_INPUT', message, remedy === undefined ? { field } : { field, remedy })
const most = { addresses: 32, labels: 32 }

/** A DNS name: labels of letters, digits and hyphens. Returned in lower case. */
export function checkFqdn(value: string, field = 'fqdn'): string {
  const name = value.toLowerCase()
  const labels = name.split('.')
  if (name.length > 253 || !labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) throw invalid(field, 'A host\'s full name is made of labels of letters, digits and hyphens with dots between them.', 'For example hv1.example.com.')
  return name
}

/** An IP address, in its canonical form, or a name. */
export function checkHostAddress(value: string, field = 'address'): string {
  const ip = parseIp(value)
  if (ip) return formatIp(ip)
  // What looks like an address and is none would be looked up as a name.
  if (/^[\d.]+$/.test(value) || value.includes(':')) throw invalid(field, `${JSON.stringify(value.slice(0, 64))} is no IP address.`, 'Give an IPv4 or IPv6 address without a zone, or a name.')
  return checkFqdn(value, field)
}

export function checkSshPort(value: number, field = 'sshPort'): number {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw invalid(field, 'A port is a number from 1 to 65535.')
  return value
}

export function checkSshUser(value: string, field = 'sshUser'): string {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(value)) throw invalid(field, 'A user of the host has a name of up to 32 lower-case letters, digits, hyphens and underscores.')
  return value
}

/** The name of a network interface, as the kernel and Open vSwitch take it. */
export function checkInterfaceName(value: string, field: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(value)) throw invalid(field, 'A bridge or network card has a name of 1 to 15 letters, digits, hyphens, underscores and dots.')
  return value
}

/** The two bridges are not one: guests' private networks must not meet the public one. */
export function checkBridges({ publicBridge, trunkBridge }: { publicBridge: string; trunkBridge: string }): void {
  if (publicBridge === trunkBridge) throw invalid('trunkBridge', 'The public bridge and the trunk bridge are two.', 'Name another bridge for the trunk.')
}

/** OpenSSH's form of a fingerprint; the blanks that copying brings along are dropped. */
export function checkFingerprint(value: string, field: string): string {
  const fingerprint = value.trim().replace(/=+$/, '')
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint)) throw invalid(field, 'A fingerprint is written as SHA256: and 43 characters.', 'On the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  return fingerprint
}

/** A word that placement can ask for. */
export function checkLabels(values: readonly string[], field = 'labels'): string[] {
  if (values.length > most.labels) throw invalid(field, `A host has at most ${most.labels} labels.`)
  for (const [index, value] of values.entries()) if (!/^[a-z0-9]([a-z0-9._=/-]{0,61}[a-z0-9])?$/.test(value)) throw invalid(`${field}.${index}`, 'A label has 1 to 63 lower-case letters, digits, and dots, hyphens, underscores, slashes and equals signs between them.', 'For example ssd or rack=12.')
  return [...new Set(values)].sort()
}

export function checkAddresses(values: readonly HostAddressNote[], field = 'addresses'): HostAddressNote[] {
  if (values.length > most.addresses) throw invalid(field, `A host has at most ${most.addresses} addresses.`)
  const seen = new Set<string>()
  return values.map(({ address, purpose }, index) => {
    const ip = parseIp(address)
    if (!ip) throw invalid(`${field}.${index}.address`, `${JSON.stringify(address.slice(0, 64))} is no IP address.`)
    if (!addressPurposes.includes(purpose)) throw invalid(`${field}.${index}.purpose`, 'There is no such purpose.')
    const note = { address: formatIp(ip), purpose }
    const key = `${note.purpose} ${note.address}`
    if (seen.has(key)) throw invalid(`${field}.${index}.address`, `${note.address} stands there twice for one purpose.`)
    seen.add(key)
    return note
  })
}

/** Where a host stands: free words, as short as a name or a line. */
export function checkPlace(value: string, field: 'location' | 'rack'): string {
  if (field === 'rack') return checkName(value, field)
  if (value.length > 255) throw invalid(field, 'A location has at most 255 characters.')
  for (const part of value.match(/.{1,63}/gsu) ?? []) checkName(part.trim() || '-', field)
  return value.normalize('NFC')
}
