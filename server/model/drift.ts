import { differencesOf, volumeDifferences } from './host-differences.ts'
import type { DifferenceKind, HostBooks, HostDifference } from './host-differences.ts'
import type { HostInventory, Ownership } from './host-inventory.ts'

/** How books and hosts can differ while work goes on. The gravest come first. */
export const driftKinds = ['vm-missing', 'volume-missing', 'vm-extra', 'vm-power', 'port-vlan', 'port-missing', 'port-extra', 'seed-missing', 'volume-extra', 'reservation-missing', 'reservation-leaked', 'address-leaked'] as const
export type DriftKind = (typeof driftKinds)[number]

/** What the sweep may mend by itself: nothing is lost by it, and doing it twice does no harm. */
export const mendedKinds = ['port-vlan', 'seed-missing', 'reservation-missing', 'reservation-leaked', 'address-leaked'] as const satisfies DriftKind[]
export const isMended = (kind: DriftKind): boolean => (mendedKinds as readonly DriftKind[]).includes(kind)

/** Of what only a person can decide: what they can do. Those that are left out have a repair. */
export const remedies: Partial<Record<DriftKind, string>> = {
  'volume-missing': 'Bring the file back from a backup of the storage, or delete the VM.',
  'vm-power': 'Start, resume or stop the VM, whichever is meant.',
  'port-missing': 'Stop the VM and start it again: its ports are made with it.',
}

/** A difference as one look found it. */
export interface Finding {
  kind: DriftKind
  areaId: string
  /** Null for what lies in a pool of the area, and for what the books alone tell. */
  hostId: string | null
  poolId: string | null
  /** The VM that it is about, whether the books have it or not. */
  vmId: string | null
  subject: string
  message: string
}

/** Two findings with one key are the same difference. */
export const keyOf = ({ kind, hostId, poolId, subject }: Pick<Finding, 'kind' | 'hostId' | 'poolId' | 'subject'>): string => [kind, hostId ?? '', poolId ?? '', subject].join(' ')

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const ofVm = new RegExp(`^(${uuid})-(?:disk-\\d+(?:\\.\\w+)?|seed\\.iso)$`)
const ofImage = new RegExp(`^image-(${uuid})(?:\\.\\w+)?$`)

/** The VM, or the version of an image, that a volume of ours is named after; undefined for a volume that is not ours. */
export function ownerOfVolume(name: string): { vmId: string } | { imageVersionId: string } | undefined {
  const vmId = ofVm.exec(name)?.[1]
  const imageVersionId = ofImage.exec(name)?.[1]
  return vmId !== undefined ? { vmId } : imageVersionId !== undefined ? { imageVersionId } : undefined
}

/** A VM that the books have on another host, by its domain's UUID. */
export interface Elsewhere { domainUuid: string; vmId: string; name: string; hostName: string }

const onHost: Partial<Record<DifferenceKind, DriftKind>> = { 'vm-missing': 'vm-missing', 'vm-unknown': 'vm-extra', 'vm-power': 'vm-power', 'port-missing': 'port-missing', 'port-unknown': 'port-extra', 'port-vlan': 'port-vlan' }

/** As the books can keep it: an id that somebody gave a port by hand may be anything, and must not keep all else from being told. What was cut in half is no character. */
const subjectOf = (text: string) => text.replaceAll('\0', '').slice(0, 255).toWellFormed()

/** What differs on one host, pools left out. A port of a machine that is itself too much is part of that. */
export function hostFindings(own: Ownership, { areaId, hostId }: { areaId: string; hostId: string }, vms: HostBooks['vms'], seen: Pick<HostInventory, 'vms' | 'ports'>, elsewhere: readonly Elsewhere[]): Finding[] {
  const { differences } = differencesOf(own, { vms, knownVolumes: [], images: [] }, { ...seen, pools: [] })
  const extra = new Set(differences.filter(({ kind }) => kind === 'vm-unknown').map(({ onHost }) => onHost))
  const ofExtra = new Set(seen.ports.filter(({ domainUuid }) => domainUuid !== null && extra.has(domainUuid)).map(({ portId }) => portId))
  return differences.flatMap((difference): Finding[] => {
    const kind = onHost[difference.kind]
    if (!kind || (kind === 'port-extra' && ofExtra.has(difference.onHost))) return []
    const { vmId, message } = kind === 'vm-extra' ? extraVm(difference, seen, elsewhere) : difference
    return [{ kind, areaId, hostId, poolId: null, vmId, subject: subjectOf(difference.onHost), message }]
  })
}

function extraVm({ onHost: domainUuid, message }: HostDifference, { vms }: Pick<HostInventory, 'vms'>, elsewhere: readonly Elsewhere[]): { vmId: string | null; message: string } {
  const known = elsewhere.find((vm) => vm.domainUuid === domainUuid)
  const seen = vms.find((vm) => vm.domainUuid === domainUuid)
  if (known) return { vmId: known.vmId, message: `${known.name} is on this host too (${seen?.power}); by the books it is on ${known.hostName}.` }
  return { vmId: seen?.owner?.vmId ?? null, message }
}

/** What differs in one pool, looked at once for all hosts of its area. Only volumes that are named as ours can be too many. */
export function poolFindings(areaId: string, books: HostBooks, pool: HostInventory['pools'][number]): Finding[] {
  const findings: Finding[] = []
  volumeDifferences(books, { pools: [pool] }, (kind, subject, vmId, message) => {
    const owner = ownerOfVolume(subject)
    if (kind === 'volume-missing') findings.push({ kind: subject.endsWith('-seed.iso') ? 'seed-missing' : 'volume-missing', areaId, hostId: null, poolId: pool.poolId, vmId, subject, message })
    else if (owner) findings.push({ kind: 'volume-extra', areaId, hostId: null, poolId: pool.poolId, vmId: 'vmId' in owner ? owner.vmId : null, subject, message })
  })
  return findings
}
