import { z } from 'zod'
import { fingerprintOfLine } from '../server/auth/ssh-keys.ts'
import { addressPurposes, methodsOf } from '../server/model/host-discovery.ts'
import type { AddressPurpose, CheckName, CheckPoint, CheckState, DiscoveredNic, Discovery, HostAddressNote, HostMethod, HostRole, UnmanagedVm } from '../server/model/host-discovery.ts'
import { builder } from './builder.ts'
import { HostType } from './host.ts'
import { VmPowerType } from './vm-enums.ts'

export const AddressPurposeType = builder.enumType('HostAddressPurpose', {
  description: 'What a host\'s address is for.',
  values: Object.fromEntries(addressPurposes.map((purpose) => [purpose.toUpperCase(), { value: purpose, description: { management: 'Kloudak and operators reach the host there.', storage: 'Traffic of the pools.', public: 'The outside world.', migration: 'VMs on their way to another host.', backup: 'Backups.' }[purpose] }])) as Record<Uppercase<AddressPurpose>, { value: AddressPurpose; description: string }>,
})

export const HostRoleType = builder.enumType('HostRole', {
  description: 'What a host is there for. Only HYPERVISOR has a meaning for Kloudak yet; the others are recorded.',
  values: {
    HYPERVISOR: { value: 'hypervisor' satisfies HostRole, description: 'It runs VMs.' },
    CEPH_OSD: { value: 'ceph-osd' satisfies HostRole, description: 'It keeps data of a Ceph cluster.' },
    CEPH_MONITOR: { value: 'ceph-monitor' satisfies HostRole, description: 'It is a monitor of a Ceph cluster.' },
  },
})

export const HostMethodType = builder.enumType('HostMethod', {
  description: 'A way of virtualisation. VMs use KVM and QEMU; the others are recorded.',
  values: {
    KVM: { value: 'kvm' satisfies HostMethod, description: 'Guests run on the processor itself.' },
    QEMU: { value: 'qemu' satisfies HostMethod, description: 'Guests are emulated.' },
    XEN: { value: 'xen' satisfies HostMethod, description: 'Xen.' },
    LXC: { value: 'lxc' satisfies HostMethod, description: 'Containers of the kernel (LXC).' },
    OPENVZ: { value: 'openvz' satisfies HostMethod, description: 'Containers of OpenVZ.' },
    VSERVER: { value: 'vserver' satisfies HostMethod, description: 'Linux-VServer.' },
  },
})

const CheckStateType = builder.enumType('HostCheckState', {
  description: 'How a point of a host\'s checklist stands.',
  values: {
    PASSED: { value: 'passed' satisfies CheckState, description: 'It is as it must be.' },
    WARNING: { value: 'warning' satisfies CheckState, description: 'VMs can run, but something is worse than it could be.' },
    FAILED: { value: 'failed' satisfies CheckState, description: 'It keeps the host from going into service.' },
    UNKNOWN: { value: 'unknown' satisfies CheckState, description: 'It could not be looked at.' },
  },
})

const CheckNameType = builder.enumType('HostCheckPoint', {
  description: 'What a point of a host\'s checklist is about.',
  values: {
    SSH: { value: 'ssh' satisfies CheckName, description: 'It answers, shows the trusted key and lets Kloudak in.' },
    LIBVIRT: { value: 'libvirt' satisfies CheckName, description: 'Libvirt answers and is new enough.' },
    QEMU: { value: 'qemu' satisfies CheckName, description: 'QEMU is there and new enough.' },
    KVM: { value: 'kvm' satisfies CheckName, description: 'A guest has really run under KVM.' },
    OPEN_VSWITCH: { value: 'openVswitch' satisfies CheckName, description: 'Open vSwitch answers and is new enough.' },
    PUBLIC_BRIDGE: { value: 'publicBridge' satisfies CheckName, description: 'The public bridge is there and leads out.' },
    TRUNK_BRIDGE: { value: 'trunkBridge' satisfies CheckName, description: 'The bridge of the private networks is there and leads out.' },
    POOL: { value: 'pool' satisfies CheckName, description: 'A pool of the area is there and ours.' },
    CLOCK: { value: 'clock' satisfies CheckName, description: 'The clock agrees with the database\'s.' },
    CPU: { value: 'cpu' satisfies CheckName, description: 'It has processors for VMs.' },
    MEMORY: { value: 'memory' satisfies CheckName, description: 'It has memory for VMs, less what is reserved.' },
    PACKAGES: { value: 'packages' satisfies CheckName, description: 'The programs that Kloudak needs are there.' },
    GUESTS_AT_BOOT: { value: 'guestsAtBoot' satisfies CheckName, description: 'Whether libvirt starts guests by itself when the host boots, which may run elsewhere by then.' },
    UNMANAGED_VMS: { value: 'unmanagedVms' satisfies CheckName, description: 'Whether others\' VMs stand on it.' },
  },
})

const CheckPointType = builder.objectRef<CheckPoint>('HostCheck').implement({
  description: 'One point of a host\'s checklist.',
  fields: (t) => ({
    point: t.expose('point', { type: CheckNameType, description: 'What was looked at.' }),
    subject: t.exposeString('subject', { nullable: true, description: 'The bridge or pool that it is about, by name.' }),
    state: t.expose('state', { type: CheckStateType, description: 'How it stands.' }),
    message: t.exposeString('message', { description: 'What was found, as a sentence.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What to do about it, as a sentence.' }),
  }),
})

const AddressType = builder.objectRef<HostAddressNote>('HostAddress').implement({
  description: 'An address of a host, as its operator noted it.',
  fields: (t) => ({
    address: t.exposeString('address', { description: 'IPv4 or IPv6.' }),
    purpose: t.expose('purpose', { type: AddressPurposeType, description: 'What it is for.' }),
  }),
})

const UnmanagedVmType = builder.objectRef<UnmanagedVm>('UnmanagedVm').implement({
  description: 'A VM on a host that is none of this Kloudak\'s. It is listed and never touched.',
  fields: (t) => ({
    uuid: t.exposeString('uuid', { description: 'The UUID that its host gave it.' }),
    name: t.exposeString('name', { description: 'What its host calls it.' }),
    power: t.expose('power', { type: VmPowerType, description: 'What it did when the host was looked at.' }),
  }),
})

const NicType = builder.objectRef<DiscoveredNic>('HostNic').implement({
  description: 'A network card of a host, or a bond of some, as it was found.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    mac: t.exposeString('mac', { description: 'Its hardware address.' }),
    mtu: t.exposeInt('mtu', { nullable: true, description: 'The largest packet that it carries, in bytes.' }),
    speedMbps: t.exposeInt('speedMbps', { nullable: true, description: 'How fast its link is, in Mbit/s; null without a link.' }),
    carrier: t.exposeBoolean('carrier', { nullable: true, description: 'Whether a cable is in; null when the card is down and cannot tell.' }),
    physical: t.exposeBoolean('physical', { description: 'Whether it is a card of the machine.' }),
    master: t.exposeString('master', { nullable: true, description: 'The bond or bridge that has it.' }),
    addresses: t.stringList({ nullable: true, description: 'Its addresses with their prefix lengths; null when nothing on the host could tell.', resolve: ({ addresses }) => addresses }),
    management: t.exposeBoolean('management', { description: 'Whether it has the address by which Kloudak reaches the host: it is never taken for a bridge.' }),
  }),
})

const BondType = builder.objectRef<Discovery['bonds'][number]>('HostBond').implement({
  description: 'Several network cards as one, as found on the host.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    mode: t.exposeString('mode', { description: 'How it shares the work out, for example 802.3ad.' }),
    members: t.exposeStringList('members', { description: 'Its cards.' }),
    carrier: t.exposeBoolean('carrier', { nullable: true, description: 'Whether one of them has a link.' }),
  }),
})

const BridgeType = builder.objectRef<Discovery['bridges'][number]>('HostBridge').implement({
  description: 'A bridge, as found on the host.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the host calls it.' }),
    openVswitch: t.boolean({ description: 'Whether it is one of Open vSwitch; else of the kernel.', resolve: ({ kind }) => kind === 'ovs' }),
    uplinks: t.exposeStringList('uplinks', { description: 'What leads out of it.' }),
  }),
})

const CpuType = builder.objectRef<NonNullable<Discovery['cpu']>>('HostCpu').implement({
  description: 'The processors of a host, as found.',
  fields: (t) => ({
    model: t.exposeString('model', { description: 'What they call themselves.' }),
    flags: t.exposeStringList('flags', { description: 'What they can do, in the kernel\'s words.' }),
    sockets: t.exposeInt('sockets', { description: 'How many packages.' }),
    cores: t.exposeInt('cores', { description: 'How many cores in all.' }),
    threads: t.exposeInt('threads', { description: 'How many logical processors in all.' }),
  }),
})

const NumaType = builder.objectRef<Discovery['numa'][number]>('HostNumaNode').implement({
  description: 'Processors and the memory that is near to them.',
  fields: (t) => ({
    node: t.exposeInt('node', { description: 'Its number.' }),
    cpus: t.exposeString('cpus', { description: 'Its logical processors, as 0-15,32-47.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Bytes', description: 'Its memory.' }),
  }),
})

const proven = z.object({ domainType: z.enum(['kvm', 'qemu']) }).partial().catch({})
const fingerprint = (line: string | null | undefined) => (line == null ? null : fingerprintOfLine(line))

/** Lists that stand in the host's own row: they are short, and read with it. */
const withRow = { field: 0, multiplier: 1 }

builder.objectFields(HostType, (t) => ({
  fqdn: t.string({ nullable: true, description: 'Its full name.', resolve: (host) => host.fqdn || null }),
  location: t.string({ nullable: true, description: 'Where it stands.', resolve: (host) => host.location || null }),
  rack: t.string({ nullable: true, description: 'In which rack.', resolve: (host) => host.rack || null }),
  sshPort: t.exposeInt('sshPort', { nullable: true, description: 'On which port its sshd listens.' }),
  addresses: t.expose('addresses', { type: [AddressType], complexity: withRow, description: 'Its addresses and what each is for, as its operator noted them.' }),
  roles: t.field({ type: [HostRoleType], description: 'What it is there for.', resolve: ({ roles }) => roles as HostRole[] }),
  methods: t.field({ type: [HostMethodType], description: 'Ways of virtualisation: those that it has proven, and those that its operator recorded.', resolve: ({ facts, recordedMethods }) => methodsOf(proven.parse(facts ?? {}).domainType, recordedMethods) }),
  publicBridge: t.exposeString('publicBridge', { description: 'The bridge of its public networks.' }),
  trunkBridge: t.exposeString('trunkBridge', { description: 'The bridge of its private networks.' }),
  hostKeyFingerprint: t.string({ nullable: true, description: 'The fingerprint of its ssh key that is trusted; null until one is.', resolve: ({ sshHostKey }) => fingerprint(sshHostKey) }),
  offeredHostKeyFingerprint: t.string({ nullable: true, description: 'The fingerprint that its address showed last: compare it with the host\'s own before you confirm it.', resolve: ({ sshOfferedKey }) => fingerprint(sshOfferedKey) }),
  publicKey: t.exposeString('sshPublicKey', { nullable: true, description: 'The public half of the key that Kloudak signs in with, as a line of authorized_keys.' }),
  keyRestrictedAt: t.expose('sshKeyRestrictedAt', { type: 'DateTime', nullable: true, description: 'Since when that key may only forward; null when Kloudak has not restricted it.' }),
  checklist: t.expose('checklist', { type: [CheckPointType], complexity: withRow, description: 'What was found when it was last held against what a host needs.' }),
  checkedAt: t.expose('checkedAt', { type: 'DateTime', nullable: true, description: 'When that was.' }),
  discoveredAt: t.expose('discoveredAt', { type: 'DateTime', nullable: true, description: 'When it was last looked at from inside: the fields from here on are of that moment.' }),
  os: t.string({ nullable: true, description: 'Its operating system.', resolve: ({ discovery }) => discovery?.os?.name }),
  kernel: t.string({ nullable: true, description: 'Its kernel.', resolve: ({ discovery }) => discovery?.kernel }),
  openVswitchVersion: t.string({ nullable: true, description: 'The version of Open vSwitch that it runs.', resolve: ({ discovery }) => discovery?.openVswitchVersion }),
  clockOffsetMs: t.int({ nullable: true, description: 'How many milliseconds its clock was ahead of the database\'s; negative when behind.', resolve: ({ discovery }) => (discovery?.clockOffsetMs == null ? null : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, discovery.clockOffsetMs))) }),
  cpu: t.field({ type: CpuType, nullable: true, description: 'Its processors.', resolve: ({ discovery }) => discovery?.cpu }),
  numa: t.field({ type: [NumaType], complexity: withRow, description: 'Its NUMA nodes.', resolve: ({ discovery }) => discovery?.numa ?? [] }),
  nics: t.field({ type: [NicType], complexity: withRow, description: 'Its network cards and bonds.', resolve: ({ discovery }) => discovery?.nics ?? [] }),
  bonds: t.field({ type: [BondType], complexity: withRow, description: 'Its bonds.', resolve: ({ discovery }) => discovery?.bonds ?? [] }),
  bridges: t.field({ type: [BridgeType], complexity: withRow, description: 'Its bridges.', resolve: ({ discovery }) => discovery?.bridges ?? [] }),
  unmanagedVms: t.expose('unmanagedVms', { type: [UnmanagedVmType], complexity: withRow, description: 'VMs on it that are none of this Kloudak\'s, as a worker saw them last.' }),
}))
