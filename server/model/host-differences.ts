import { creationCutOff, deletedOnHost, deletionCutOff } from './failure.ts'
import type { HostInventory, Ownership } from './host-inventory.ts'
import type { DesiredPower, VmPhase } from './vm.ts'

/** What the books say of one host. */
export interface HostBooks {
  vms: {
    id: string
    name: string
    domainUuid: string
    phase: VmPhase
    desiredPower: DesiredPower
    /** Work of today is about it: the review leaves it to that. */
    isBusy: boolean
    volumes: { poolId: string; volume: string }[]
    ports: { id: string; vlan: number | null }[]
  }[]
  /** Every volume that the books know in the area's pools, those of other hosts' VMs too. */
  knownVolumes: { poolId: string; volume: string }[]
  /** Images that should lie in the pools. */
  images: { poolId: string; volume: string }[]
}

export const differenceKinds = ['vm-missing', 'vm-unknown', 'vm-unfinished', 'vm-power', 'volume-missing', 'volume-unknown', 'port-missing', 'port-unknown', 'port-vlan'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

export interface HostDifference {
  kind: DifferenceKind
  /** The domain's UUID, the volume's name or the port's id on the host. */
  onHost: string
  /** The VM in the books that it is about, if there is one. */
  vmId: string | null
  message: string
}

export interface Settlement { vmId: string; name: string; phase: 'ready' | 'failed'; failure: string | null }

export const markerVolume = 'kloudak-installation.json'
/** Of Ceph, where nothing can be written into a volume but by a machine, the marker is the name of an empty one. */
export const markerPrefix = 'kloudak-marker.'
/** An empty volume that is there for a moment: made through one host, to be found through all others. */
export const proofPrefix = 'kloudak-proof-'

/** Volumes that are no disk and no image. */
export const isOwnVolume = (name: string): boolean => name === markerVolume || name.startsWith(markerPrefix) || name.startsWith(proofPrefix)

/** Where books and host differ, in a fixed order, and how many VMs on the host are none of this Kloudak's. */
export function differencesOf(own: Ownership, books: HostBooks, seen: HostInventory): { differences: HostDifference[]; unmanagedVms: number } {
  const bySeen = new Map(seen.vms.map((vm) => [vm.domainUuid, vm]))
  const isOurs = (owner: HostInventory['vms'][number]['owner']) => owner?.installationId === own.installationId
  const known = new Set(books.vms.map(({ domainUuid }) => domainUuid))
  const differences: HostDifference[] = []
  const add = (kind: DifferenceKind, onHost: string, vmId: string | null, message: string) => { differences.push({ kind, onHost, vmId, message }) }
  for (const vm of books.vms) {
    const found = bySeen.get(vm.domainUuid)
    if (vm.phase !== 'ready' && vm.phase !== 'failed') add('vm-unfinished', vm.domainUuid, vm.id, `${vm.name} was being ${vm.phase === 'deleting' ? 'deleted' : 'created'}; the host ${!found ? 'has it not' : found.isHeld ? 'has it half made' : 'has it'}.`)
    else if (vm.phase === 'ready' && !found) add('vm-missing', vm.domainUuid, vm.id, `The books have ${vm.name}, the host has not.`)
    else if (vm.phase === 'ready' && found && found.power !== vm.desiredPower) add('vm-power', vm.domainUuid, vm.id, `${vm.name} is ${found.power}; by the books it should be ${vm.desiredPower}.`)
  }
  for (const { domainUuid, owner, power } of seen.vms) {
    if (!known.has(domainUuid) && isOurs(owner)) add('vm-unknown', domainUuid, null, `The host has a VM of generation ${owner!.generation} (${power}) that the books do not know.`)
  }
  volumeDifferences(books, seen, add)
  portDifferences(books, seen, new Set(seen.vms.filter(({ domainUuid, owner }) => !known.has(domainUuid) && !isOurs(owner)).map(({ domainUuid }) => domainUuid)), add)
  const order = (a: HostDifference, b: HostDifference) => differenceKinds.indexOf(a.kind) - differenceKinds.indexOf(b.kind) || (a.onHost < b.onHost ? -1 : a.onHost > b.onHost ? 1 : 0)
  return { differences: differences.sort(order), unmanagedVms: seen.vms.filter(({ domainUuid, owner }) => !known.has(domainUuid) && !isOurs(owner)).length }
}

type Add = (kind: DifferenceKind, onHost: string, vmId: string | null, message: string) => void

/** Of the pools alone: what the books have there and the pool has not, and the other way round. */
export function volumeDifferences({ vms, knownVolumes, images }: HostBooks, { pools }: Pick<HostInventory, 'pools'>, add: Add): void {
  for (const { poolId, name, volumes } of pools) {
    const there = new Set(volumes)
    for (const { id, name: vmName, phase, volumes: own } of vms) {
      if (phase !== 'ready') continue
      for (const { volume } of own.filter((one) => one.poolId === poolId && !there.has(one.volume))) add('volume-missing', volume, id, `The volume ${volume} of ${vmName} is not in the pool ${name}.`)
    }
    for (const { volume } of images.filter((one) => one.poolId === poolId && !there.has(one.volume))) add('volume-missing', volume, null, `The image ${volume} is not in the pool ${name}.`)
    const expected = new Set(knownVolumes.filter((one) => one.poolId === poolId).map(({ volume }) => volume))
    for (const volume of volumes) if (!isOwnVolume(volume) && !expected.has(volume)) add('volume-unknown', volume, null, `The pool ${name} has the volume ${volume}, which the books do not know.`)
  }
}

function portDifferences({ vms }: HostBooks, seen: HostInventory, unmanaged: ReadonlySet<string>, add: Add): void {
  const ports = new Map(seen.ports.map((port) => [port.portId, port]))
  const running = new Set(seen.vms.filter(({ power }) => power === 'running' || power === 'paused').map(({ domainUuid }) => domainUuid))
  for (const { id, name, domainUuid, ports: own } of vms) {
    for (const { id: portId, vlan } of own) {
      const port = ports.get(portId)
      if (!port && running.has(domainUuid)) add('port-missing', portId, id, `${name} runs without a port that the books have.`)
      if (port && port.vlan !== vlan) add('port-vlan', portId, id, `A port of ${name} carries VLAN ${port.vlan ?? 'none'}; by the books it is ${vlan ?? 'none'}.`)
    }
  }
  const expected = new Set(vms.flatMap((vm) => vm.ports.map(({ id }) => id)))
  for (const { portId, vlan, domainUuid } of seen.ports) {
    if (!expected.has(portId) && !(domainUuid !== null && unmanaged.has(domainUuid))) add('port-unknown', portId, null, `The host has a port on VLAN ${vlan ?? 'none'} that the books do not know.`)
  }
}

/**
 * What a review writes into the books of VMs that no work of today is about. What the host has is taken as it is; what it has
 * not is failed, for a person to delete. Nothing is made, stopped or removed on the host.
 */
export function settlementsOf(books: HostBooks, seen: HostInventory): Settlement[] {
  const there = new Map(seen.vms.map((vm) => [vm.domainUuid, vm]))
  return books.vms.flatMap(({ id, name, domainUuid, phase, isBusy }): Settlement[] => {
    if (isBusy || phase === 'failed') return []
    const found = there.get(domainUuid)
    if (found && !found.isHeld) return phase === 'ready' ? [] : [{ vmId: id, name, phase: 'ready', failure: null }]
    const failure = phase === 'ready' ? deletedOnHost : phase === 'deleting' ? deletionCutOff : creationCutOff
    return [{ vmId: id, name, phase: 'failed', failure }]
  })
}
