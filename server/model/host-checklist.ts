import type { CheckName, CheckPoint, CheckState, Discovery, UnmanagedVm } from './host-discovery.ts'
import type { Claim } from './host-inventory.ts'
import { GiB, MiB } from './units.ts'

/** What could not be had, and why. */
export interface Trouble { problem: string; remedy: string | undefined }

/** All that was seen of a host at one look. */
export interface Looked {
  /** Null for hosts that are not reached over ssh. */
  ssh: { address: string } | null
  hypervisor: { libvirtVersion: string; qemuVersion: string; domainType: 'kvm' | 'qemu'; cpus: number; memoryBytes: number } | Trouble
  fabric: { version: string; bridges: { name: string; uplinks: string[] }[] } | Trouble
  discovery: Discovery
  /** `source`: of storage that the hosts mount by themselves; undefined for a folder. `unread`: libvirt does not have it, or not yet. */
  pools: { name: string; path: string; source: 'netfs' | 'rbd' | undefined; claim: Claim | 'unread' }[]
  unmanagedVms: UnmanagedVm[]
}

export interface Wanted { publicBridge: string; trunkBridge: string; reservedMemoryBytes: number; installationId: string }

const oldest = { libvirt: [8, 0], qemu: [6, 2], openVswitch: [2, 15] } as const
const skewMs = { warning: 2_000, failed: 60_000 }
const leastMemoryBytes = GiB / 2

const isTrouble = (part: object | null): part is Trouble => part !== null && 'problem' in part

function line(point: CheckName, state: CheckState, message: string, { remedy = null, subject = null }: { remedy?: string | null | undefined; subject?: string | null } = {}): CheckPoint {
  return { point, subject, state, message, remedy }
}

/** Whether a version is at least so high; undefined when it is no version. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean | undefined {
  const found = /^(\d+)\.(\d+)/.exec(version)
  return found ? Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor) : undefined
}

/** What a host must have to take VMs, point by point, each with what to do when it has not. */
export function checklistOf(looked: Looked, wanted: Wanted): CheckPoint[] {
  return [
    sshPoint(looked), ...hypervisorPoints(looked), openVswitchPoint(looked), bridgePoint(looked, 'publicBridge', wanted.publicBridge), bridgePoint(looked, 'trunkBridge', wanted.trunkBridge),
    ...looked.pools.map((pool) => poolPoint(looked, pool, wanted)), clockPoint(looked), ...sizePoints(looked, wanted), packagesPoint(looked), guestsAtBootPoint(looked), unmanagedPoint(looked),
  ]
}

/** Points that keep a host from going into service. */
export const failedPoints = (points: readonly CheckPoint[]): CheckPoint[] => points.filter(({ state }) => state === 'failed')

function sshPoint({ ssh, discovery }: Looked): CheckPoint {
  if (ssh === null) return line('ssh', 'passed', 'It is reached without ssh.')
  return line('ssh', 'passed', `It answers at ${ssh.address}, shows the trusted key, and lets Kloudak in${discovery.shell === 'refused' ? ' to forward, and to nothing else' : ''}.`)
}

function hypervisorPoints({ hypervisor }: Looked): CheckPoint[] {
  if (isTrouble(hypervisor)) return [line('libvirt', 'failed', hypervisor.problem, { remedy: hypervisor.remedy ?? 'Install and start libvirt on the host (libvirt-daemon-system), and let the user open its socket.' }), line('qemu', 'unknown', 'Libvirt does not tell.'), line('kvm', 'unknown', 'Libvirt does not tell.')]
  const { libvirtVersion, qemuVersion, domainType } = hypervisor
  const versioned = (point: 'libvirt' | 'qemu', name: string, version: string) => {
    const [major, minor] = oldest[point]
    return isAtLeast(version, oldest[point]) === false
      ? line(point, 'failed', `${name} is ${version}; ${major}.${minor} or newer is needed.`, { remedy: `Update ${name} on the host.` })
      : line(point, 'passed', `${name} ${version} answers.`)
  }
  return [
    versioned('libvirt', 'Libvirt', libvirtVersion), versioned('qemu', 'QEMU', qemuVersion),
    domainType === 'kvm' ? line('kvm', 'passed', 'A guest has run under KVM.')
      : line('kvm', 'warning', 'KVM runs no guests here: they are emulated, and slow.', { remedy: 'Switch on virtualisation in the firmware and load kvm_amd or kvm_intel; a virtual machine needs nested virtualisation.' }),
  ]
}

function openVswitchPoint({ fabric }: Looked): CheckPoint {
  if (isTrouble(fabric)) return line('openVswitch', 'failed', fabric.problem, { remedy: fabric.remedy ?? 'Install and start Open vSwitch on the host (openvswitch-switch), and let the user open its database socket.' })
  const [major, minor] = oldest.openVswitch
  if (isAtLeast(fabric.version, oldest.openVswitch) === false) return line('openVswitch', 'failed', `Open vSwitch is ${fabric.version}; ${major}.${minor} or newer is needed.`, { remedy: 'Update Open vSwitch on the host.' })
  return line('openVswitch', 'passed', `Open vSwitch ${fabric.version} answers.`)
}

function bridgePoint({ fabric }: Looked, point: 'publicBridge' | 'trunkBridge', name: string): CheckPoint {
  if (isTrouble(fabric)) return line(point, 'unknown', 'Open vSwitch does not tell.', { subject: name })
  const bridge = fabric.bridges.find((one) => one.name === name)
  const remedy = `prepareHost makes the bridge ${name} with an uplink of your choice; by hand: ovs-vsctl add-br ${name} -- add-port ${name} <card>.`
  if (!bridge) return line(point, 'failed', `There is no Open vSwitch bridge ${name}.`, { subject: name, remedy })
  if (bridge.uplinks.length === 0) return line(point, 'warning', `The bridge ${name} leads nowhere: guests on this host reach each other alone.`, { subject: name, remedy: `prepareHost adds an uplink; by hand: ovs-vsctl add-port ${name} <card>.` })
  return line(point, 'passed', `The bridge ${name} leads out through ${bridge.uplinks.join(', ')}.`, { subject: name })
}

function poolPoint({ discovery: { shell, folders, mounts } }: Looked, { name, path, source, claim }: Looked['pools'][number], { installationId }: Wanted): CheckPoint {
  const subject = name
  if (claim !== 'unread' && claim.kind === 'unreadable') return line('pool', 'failed', `The marker in the pool ${name} cannot be read: nobody knows whose it is.`, { subject, remedy: `Look at ${path}/kloudak-installation.json on the host.` })
  if (claim !== 'unread' && claim.kind === 'claimed' && claim.installationId !== installationId) return line('pool', 'failed', `The pool ${name} belongs to another Kloudak (installation ${claim.installationId}).`, { subject, remedy: 'Use another folder. Only if that Kloudak is gone for ever, remove kloudak-installation.json from it.' })
  if (source !== undefined) return line('pool', claim === 'unread' ? 'unknown' : 'passed', claim === 'unread' ? `The pool ${name} is mounted when the host goes into service.` : `The host has the pool ${name}.`, { subject })
  const exists = folders.find((folder) => folder.path === path)?.exists
  if (exists === false) return line('pool', 'failed', `The folder ${path} of the pool ${name} is not there.`, { subject, remedy: 'Mount the storage of the area there. If it is a plain folder of this host alone, prepareHost makes it.' })
  if (exists === undefined && claim === 'unread') return line('pool', 'unknown', shell === 'refused' ? `Whether the folder ${path} is there cannot be seen with a key that may only forward.` : `Whether the folder ${path} is there is not known.`, { subject })
  const mount = mounts.filter((one) => path === one.path || path.startsWith(one.path === '/' ? '/' : `${one.path}/`)).sort((a, b) => b.path.length - a.path.length)[0]
  const where = mount ? `, on ${mount.source} (${mount.type})` : ''
  return line('pool', 'passed', claim !== 'unread' && claim.kind === 'claimed' ? `The folder ${path} of the pool ${name} is there and ours${where}.` : `The folder ${path} of the pool ${name} is there${where}.`, { subject })
}

function clockPoint({ discovery: { clockOffsetMs } }: Looked): CheckPoint {
  if (clockOffsetMs === null) return line('clock', 'unknown', 'The host\'s clock could not be read.')
  const off = Math.abs(clockOffsetMs)
  const said = `The host's clock is ${(off / 1000).toFixed(1)} s ${clockOffsetMs < 0 ? 'behind' : 'ahead'}`
  const remedy = 'Keep its time with chrony or systemd-timesyncd.'
  if (off > skewMs.failed) return line('clock', 'failed', `${said}.`, { remedy })
  if (off > skewMs.warning) return line('clock', 'warning', `${said}.`, { remedy })
  return line('clock', 'passed', 'The host\'s clock is right.')
}

function sizePoints({ hypervisor }: Looked, { reservedMemoryBytes }: Wanted): CheckPoint[] {
  if (isTrouble(hypervisor)) return [line('cpu', 'unknown', 'Libvirt does not tell.'), line('memory', 'unknown', 'Libvirt does not tell.')]
  const { cpus, memoryBytes } = hypervisor
  const left = memoryBytes - reservedMemoryBytes
  return [
    cpus > 0 ? line('cpu', 'passed', `It has ${cpus} logical processors.`) : line('cpu', 'failed', 'It tells of no processors.'),
    left >= leastMemoryBytes ? line('memory', 'passed', `It has ${Math.floor(left / MiB)} MiB for VMs.`)
      : line('memory', 'failed', `It has ${Math.max(0, Math.floor(left / MiB))} MiB for VMs, after what is reserved for itself.`, { remedy: 'Give it more memory, or reserve less with updateHost.' }),
  ]
}

function packagesPoint({ discovery: { shell, packages, commands } }: Looked): CheckPoint {
  if (shell !== 'answered') return line('packages', 'unknown', 'The host\'s packages cannot be seen.')
  if (!commands.includes('ovs-vsctl')) return line('packages', 'warning', 'There is no ovs-vsctl: prepareHost cannot make bridges.', { remedy: 'Install Open vSwitch\'s tools on the host.' })
  return line('packages', 'passed', packages.length > 0 ? `${packages.map(({ name, version }) => `${name} ${version}`).join(', ')}.` : 'All programs that are needed are there.')
}

/** A host that comes back must not start what runs elsewhere by now (docs/failover.md). Older looks did not ask. */
function guestsAtBootPoint({ discovery: { startsGuestsAtBoot } }: { discovery: Partial<Discovery> }): CheckPoint {
  if (startsGuestsAtBoot === undefined || startsGuestsAtBoot === null) return line('guestsAtBoot', 'unknown', 'Whether libvirt starts guests when the host boots cannot be seen.')
  if (!startsGuestsAtBoot) return line('guestsAtBoot', 'passed', 'Nothing but Kloudak starts guests when the host boots.')
  return line('guestsAtBoot', 'warning', 'Libvirt starts guests by itself when the host boots: they may run elsewhere by then, and two would write to one disk.', { remedy: 'Set ON_BOOT=ignore in /etc/default/libvirt-guests (/etc/sysconfig/libvirt-guests), or mask it: systemctl mask libvirt-guests.' })
}

function unmanagedPoint({ hypervisor, unmanagedVms }: Looked): CheckPoint {
  if (isTrouble(hypervisor)) return line('unmanagedVms', 'unknown', 'Libvirt does not tell.')
  if (unmanagedVms.length === 0) return line('unmanagedVms', 'passed', 'All VMs on the host are Kloudak\'s.')
  return line('unmanagedVms', 'passed', `${unmanagedVms.length} ${unmanagedVms.length === 1 ? 'VM' : 'VMs'} on the host are not Kloudak's: they are left alone, and what they use is not reckoned with.`, { remedy: 'Reserve memory for them with updateHost.' })
}
