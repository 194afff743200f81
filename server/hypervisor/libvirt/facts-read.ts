import { childrenOf, find, readXml, textOf } from './xml.ts'

export interface Capabilities { hostUuid: string; architecture: string; emulator: string; offersKvm: boolean }

/** What `ConnectGetCapabilities` says of the host and of the guests of its own architecture. */
export function readCapabilities(xml: string): Capabilities {
  const root = readXml(xml)
  const hostUuid = textOf(find(root, 'host', 'uuid'))
  const architecture = textOf(find(root, 'host', 'cpu', 'arch'))
  const guest = childrenOf(root, 'guest').find((one) => textOf(find(one, 'os_type')) === 'hvm' && find(one, 'arch')?.attributes['name'] === architecture)
  const emulator = textOf(find(guest, 'arch', 'emulator'))
  if (hostUuid === undefined || architecture === undefined || emulator === undefined) throw new Error(`the host has no emulator for ${architecture ?? 'an architecture that it does not tell'}`)
  return { hostUuid, architecture, emulator, offersKvm: childrenOf(find(guest, 'arch'), 'domain').some(({ attributes }) => attributes['type'] === 'kvm') }
}

// Newest first; each is a level that guests of today ask for. A model is taken only when the host says it can run it whole.
const preferredModels = [
  'EPYC-Milan', 'EPYC-Rome', 'EPYC-IBPB', 'EPYC', 'Icelake-Server-noTSX', 'Cascadelake-Server-noTSX', 'Skylake-Server-noTSX-IBRS', 'Skylake-Client-noTSX-IBRS',
  'Broadwell-noTSX-IBRS', 'Broadwell-noTSX', 'Haswell-noTSX-IBRS', 'Haswell-noTSX', 'IvyBridge-IBRS', 'IvyBridge', 'SandyBridge-IBRS', 'SandyBridge',
  'Westmere-IBRS', 'Westmere', 'Nehalem-IBRS', 'Nehalem', 'qemu64',
]

/**
 * Machine type with its version, and the processor model for guests, from `ConnectGetDomainCapabilities`. There may be no
 * model: where KVM is offered and does not work, the host says that it can run none.
 */
export function readDomainCapabilities(xml: string): { machineType: string; cpuModel: string | undefined } {
  const root = readXml(xml)
  const machineType = textOf(find(root, 'machine'))
  if (machineType === undefined) throw new Error('the host names no machine type')
  const modes = childrenOf(find(root, 'cpu'), 'mode')
  const usable = new Set(childrenOf(modes.find(({ attributes }) => attributes['name'] === 'custom'), 'model').filter(({ attributes }) => attributes['usable'] === 'yes').map(textOf))
  const own = textOf(find(modes.find(({ attributes }) => attributes['name'] === 'host-model'), 'model'))
  const cpuModel = own !== undefined && preferredModels.includes(own) && usable.has(own) ? own : preferredModels.find((model) => usable.has(model))
  return { machineType, cpuModel }
}

/** Libvirt's version numbers: 9000000 -> `9.0.0`. */
export function versionText(version: bigint): string {
  return [version / 1_000_000n, (version / 1_000n) % 1_000n, version % 1_000n].join('.')
}
