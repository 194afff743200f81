import { KloudakError } from './errors.ts'
import type { DiscoveredNic, Discovery } from './host-discovery.ts'
import { checkInterfaceName } from './host-input.ts'

/** What an operator does about a key that may only forward, for as long as something is to be made. */
export const shellRemedy = 'Take restrict,port-forwarding,command="/bin/false" away from Kloudak\'s line in authorized_keys on the host, look at the host with checkHost, and put it back afterwards with restrictHostKey.'

export interface Preparation {
  bridges: { name: string; uplink: string; datapath: 'system' | 'netdev' }[]
  /** Folders of pools that are not there. */
  folders: string[]
}

export interface PreparationAsked {
  host: string
  publicBridge: string
  trunkBridge: string
  publicUplink: string | undefined
  trunkUplink: string | undefined
  /** Folders of the area's pools that are to be made where they are missing; none unless asked for. */
  poolFolders: readonly string[]
}

/**
 * What is to be made on a host that looks like this; nothing where it is there already. INVALID_INPUT with the field for an
 * uplink that must not be taken: above all the card through which Kloudak reaches the host.
 */
export function preparationOf(asked: PreparationAsked, discovery: Discovery): Preparation {
  const { publicUplink, trunkUplink } = asked
  if (publicUplink !== undefined && publicUplink === trunkUplink) throw new KloudakError('INVALID_INPUT', 'One card cannot be the uplink of both bridges.', { field: 'trunkUplink', remedy: 'Name another card or bond.' })
  const datapath = discovery.kernelDatapath === false ? 'netdev' : 'system'
  const bridges = [
    { name: asked.publicBridge, uplink: publicUplink, field: 'publicUplink' },
    { name: asked.trunkBridge, uplink: trunkUplink, field: 'trunkUplink' },
  ].flatMap(({ name, uplink, field }) => (uplink !== undefined && isMissing(asked.host, discovery, { name, uplink, field }) ? [{ name, uplink, datapath } as const] : []))
  return { bridges, folders: asked.poolFolders.filter((path) => discovery.folders.find((folder) => folder.path === path)?.exists !== true) }
}

interface Wish { name: string; uplink: string; field: string }

function isMissing(host: string, discovery: Discovery, { name, uplink, field }: Wish): boolean {
  checkInterfaceName(uplink, field)
  const switches = discovery.bridges.filter(({ kind }) => kind === 'ovs')
  const there = switches.find((bridge) => bridge.name === name)
  if (there?.uplinks.includes(uplink)) return false
  if (there && there.uplinks.length > 0) throw new KloudakError('INVALID_INPUT', `The bridge ${name} leads out through ${there.uplinks.join(', ')} already.`, { field, remedy: 'Leave the uplink out.' })
  const other = switches.find((bridge) => bridge.uplinks.includes(uplink))
  const nic = discovery.nics.find((one) => one.name === uplink)
  const reason = other ? `The card ${uplink} is in the bridge ${other.name}` : nic ? whyNot(nic) : `Host ${host} has no network card ${uplink}`
  if (reason === undefined) return true
  const free = discovery.nics.filter((one) => whyNot(one) === undefined && !switches.some((bridge) => bridge.uplinks.includes(one.name)))
  throw new KloudakError('INVALID_INPUT', `${reason}.`, {
    field,
    remedy: nic?.addresses === null ? 'Install iproute2 on the host, and look at it again with checkHost.' : free.length > 0 ? `Name one of ${free.map((one) => one.name).join(', ')}.` : 'No card of the host is free. Look at it again with checkHost when there is one.',
  })
}

/** Why a card must not become an uplink, as a sentence without its end; undefined when it may. */
function whyNot({ name, management, addresses, master, uppers }: DiscoveredNic): string | undefined {
  if (management) return `The card ${name} has the address by which Kloudak reaches the host: it would be cut off`
  if (addresses === null) return `Nothing on the host can tell which addresses ${name} has`
  if (addresses.length > 0) return `The card ${name} has the address ${addresses.join(', ')}, which would be cut off`
  if (master !== null) return `The card ${name} belongs to ${master}`
  if (uppers.length > 0) return `The card ${name} carries ${uppers.join(', ')}`
  return undefined
}

/** The folder after all that it stands in. */
export function withParents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`)
}
