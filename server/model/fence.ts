import { formatIp, parseIp } from './address.ts'
import { KloudakError } from './errors.ts'
import { checkHostAddress, checkSshPort } from './host-input.ts'

/** How a host is switched off from outside. `ceph`: its storage cuts it off; `manual`: by a person, who says so. */
export const fenceDeviceKinds = ['ipmi', 'redfish', 'libvirt', 'ceph', 'manual', 'simulated'] as const
export type FenceDeviceKind = (typeof fenceDeviceKinds)[number]

/** What proves that a host's VMs do not run, or cannot write: a device that was asked and says "off", storage that has cut it off, or a person. */
export type ProofMethod = 'device' | 'storage' | 'operator'

/** Where a device listens unless its port is told. */
export const usualFencePorts: Partial<Record<FenceDeviceKind, number>> = { ipmi: 623, redfish: 443, libvirt: 22 }

/** What a device needs beside address and sign-in. */
export interface FenceOptions {
  /** IPMI: the cipher suite, 17 unless told. */
  cipher?: number
  /** Redfish: whether the certificate need not be one that this machine trusts. */
  insecure?: boolean
  /** Redfish: the system's path; libvirt: the name of the domain that is the host. */
  plug?: string
}

export interface FenceDeviceInput {
  kind: FenceDeviceKind
  address?: string | null | undefined
  port?: number | null | undefined
  username?: string | null | undefined
  password?: string | null | undefined
  options?: { cipher?: number | null | undefined; insecure?: boolean | null | undefined; plug?: string | null | undefined } | null | undefined
}

const invalid = (field: string, message: string, remedy?: string) => new KloudakError('INVALID_INPUT', message, { field, ...(remedy && { remedy }) })
// What an agent reads is lines of name=value, without the blanks at their ends.
const isOneLine = (text: string) => text.length > 0 && text.length <= 255 && text === text.trim() && !/[\p{Cc}\u2028\u2029]/u.test(text)

/** The device as the books keep it, its password apart. INVALID_INPUT names the field at fault. */
export function checkFenceDevice(hostKind: 'ssh' | 'local' | 'simulated', { kind, address, port, username, password, options }: FenceDeviceInput) {
  if ((kind === 'simulated') !== (hostKind === 'simulated') && kind !== 'manual') throw invalid('kind', hostKind === 'simulated' ? 'A simulated host has simulated devices.' : 'Only simulated hosts have simulated devices.')
  if (hostKind === 'local' && kind !== 'manual') throw invalid('kind', 'The machine that Kloudak itself runs on cannot be switched off by it.', 'Choose MANUAL.')
  if (kind === 'ceph') {
    const ip = address == null ? undefined : parseIp(address)
    if (!ip) throw invalid('address', 'Ceph knows its clients by their IP addresses.', 'Send the address from which the host reaches the monitors and OSDs.')
    for (const [field, value] of Object.entries({ port, username, password, options })) if (value != null) throw invalid(field, `Ceph is asked with the keys of its pools: there is no ${field}.`, 'Leave it out.')
    return { kind, address: formatIp(ip), port: null, username: null, options: {} satisfies FenceOptions }
  }
  const isAsked = kind === 'ipmi' || kind === 'redfish' || kind === 'libvirt'
  if (isAsked && address == null) throw invalid('address', 'The device needs an address.', 'Send the address of the board or machine that switches the host.')
  for (const [field, value] of Object.entries({ address, port, username, password, options })) if (!isAsked && value != null) throw invalid(field, `A ${kind} device has no ${field}.`, 'Leave it out.')
  for (const [field, value] of Object.entries({ username, password })) if (value != null && !isOneLine(value)) throw invalid(field, `The ${field} has 1 to 255 characters, no line breaks and no blanks at its ends.`)
  const { cipher, insecure, plug } = options ?? {}
  if (cipher != null && (kind !== 'ipmi' || !Number.isInteger(cipher) || cipher < 0 || cipher > 17)) throw invalid('options.cipher', 'The cipher suite of an IPMI device is a number from 0 to 17.')
  if (insecure != null && kind !== 'redfish') throw invalid('options.insecure', 'Only Redfish devices have a certificate.')
  if (plug != null && (kind === 'ipmi' || !isOneLine(plug))) throw invalid('options.plug', 'A Redfish or libvirt device names what it switches with 1 to 255 characters.')
  if (kind === 'libvirt' && plug == null) throw invalid('options.plug', 'A libvirt device needs the name of the domain that is the host.')
  return {
    kind, address: address == null ? null : checkHostAddress(address), port: port == null ? null : checkSshPort(port, 'port'), username: username ?? null,
    options: { ...(cipher != null && { cipher }), ...(insecure != null && { insecure }), ...(plug != null && { plug }) } satisfies FenceOptions,
  }
}

/** Which of a lost host's VMs start first: those of the highest number. */
export function checkRecoveryPriority(value: number, field = 'recoveryPriority'): number {
  if (!Number.isInteger(value) || value < 0 || value > 100) throw invalid(field, 'A recovery priority is a whole number from 0 to 100.')
  return value
}
