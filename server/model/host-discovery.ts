import type { PowerState } from './vm.ts'

/** What a host's own shell tells, beside what libvirt and Open vSwitch say. What could not be found out is null. */
export interface Discovery {
  /** `refused`: the key may only forward. `none`: the host has no shell that could be asked. */
  shell: 'answered' | 'refused' | 'none'
  os: { name: string; version: string | null } | null
  kernel: string | null
  cpu: { model: string; flags: string[]; sockets: number; cores: number; threads: number } | null
  numa: { node: number; cpus: string; memoryBytes: number }[]
  nics: DiscoveredNic[]
  bonds: { name: string; mode: string; members: string[]; carrier: boolean | null }[]
  /** Bridges of the kernel and of Open vSwitch, each with what leads out of it. */
  bridges: { name: string; kind: 'linux' | 'ovs'; uplinks: string[] }[]
  mounts: { path: string; source: string; type: string }[]
  /** The folders that were asked about. */
  folders: { path: string; exists: boolean }[]
  packages: { name: string; version: string }[]
  /** Programs that preparation may need and that are there. */
  commands: string[]
  openVswitchVersion: string | null
  /** Whether the kernel has Open vSwitch's datapath; otherwise its bridges switch in user space. */
  kernelDatapath: boolean | null
  /** Whether libvirt starts guests by itself when the host boots (libvirt-guests). */
  startsGuestsAtBoot: boolean | null
  /** How far the host's clock is ahead of the database's; negative when behind. */
  clockOffsetMs: number | null
}

export interface DiscoveredNic {
  name: string
  mac: string
  mtu: number | null
  speedMbps: number | null
  /** Whether a cable is in; null when the card is down and cannot tell. */
  carrier: boolean | null
  /** A card of the machine, and nothing that software made. */
  physical: boolean
  /** The bond or bridge that has it. */
  master: string | null
  /** What else stands on it, VLANs for example. */
  uppers: string[]
  /** With their prefix lengths; null when nothing on the host could tell. */
  addresses: string[] | null
  /** It has the address by which Kloudak reaches the host. */
  management: boolean
}

export type CheckState = 'passed' | 'failed' | 'unknown' | 'warning'
export type CheckName = 'ssh' | 'libvirt' | 'qemu' | 'kvm' | 'openVswitch' | 'publicBridge' | 'trunkBridge' | 'pool' | 'clock' | 'cpu' | 'memory' | 'packages' | 'guestsAtBoot' | 'unmanagedVms'

/** One line of the checklist: what was looked at, how it stands, and what to do about it. */
export interface CheckPoint {
  point: CheckName
  /** The bridge, pool or package that it is about. */
  subject: string | null
  state: CheckState
  message: string
  remedy: string | null
}

/** A VM on the host that is none of this Kloudak's. */
export interface UnmanagedVm { uuid: string; name: string; power: PowerState }

export const addressPurposes = ['management', 'storage', 'public', 'migration', 'backup'] as const
export type AddressPurpose = (typeof addressPurposes)[number]
export interface HostAddressNote { address: string; purpose: AddressPurpose }

export const hostRoles = ['hypervisor', 'ceph-osd', 'ceph-monitor'] as const
export type HostRole = (typeof hostRoles)[number]

export const hostMethods = ['kvm', 'qemu', 'xen', 'lxc', 'openvz', 'vserver'] as const
export type HostMethod = (typeof hostMethods)[number]

/** Ways in which the host can run guests: what its hypervisor has proven, and what an operator has recorded. */
export function methodsOf(domainType: 'kvm' | 'qemu' | undefined, recorded: readonly string[]): HostMethod[] {
  const proven: HostMethod[] = domainType === 'kvm' ? ['kvm', 'qemu'] : domainType === 'qemu' ? ['qemu'] : []
  return hostMethods.filter((method) => proven.includes(method) || recorded.includes(method))
}
