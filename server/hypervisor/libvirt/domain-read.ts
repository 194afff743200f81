import type { ObservedInterface, VmSpec } from '../driver.ts'
import type { XmlElement } from './xml.ts'
import { childrenOf, find, readXml } from './xml.ts'

export interface ObservedDisk {
  /** `vda`: how block jobs name the disk. */
  target: string
  path: string | undefined
  /** Whether another file is beneath; undefined when the domain does not run and so does not tell. */
  hasBacking: boolean | undefined
}

/** The owner in our metadata element, which libvirt gives by its namespace and without it; undefined when it is not whole. */
export function readOwner(xml: string): VmSpec['owner'] | undefined {
  const { installation, generation, vm } = readXml(xml).attributes
  if (!installation || !vm || !generation || !/^\d{1,15}$/.test(generation)) return undefined
  return { installationId: installation, generation: Number(generation), vmId: vm }
}

/** The disks of a domain in order, the CD of the seed left out. */
export function readDisks(xml: string): ObservedDisk[] {
  const disks = childrenOf(find(readXml(xml), 'devices'), 'disk').filter(({ attributes }) => (attributes['device'] ?? 'disk') === 'disk')
  return disks.map((disk) => ({
    target: find(disk, 'target')?.attributes['dev'] ?? '',
    // Of Ceph the pool and the volume there.
    path: find(disk, 'source')?.attributes['file'] ?? find(disk, 'source')?.attributes['name'],
    hasBacking: hasBacking(disk),
  }))
}

/** A live domain ends its chain with an empty element; a definition has none at all. */
function hasBacking(disk: XmlElement): boolean | undefined {
  const backing = find(disk, 'backingStore')
  return backing && backing.children.length > 0
}

export interface ObservedCard extends Omit<ObservedInterface, 'isDefined'> {
  /** Whole, as libvirt wants to have it back to change or remove the device. */
  element: XmlElement
}

/** The network cards on bridges of Open vSwitch, in order. */
export function readInterfaces(xml: string): ObservedCard[] {
  return childrenOf(find(readXml(xml), 'devices'), 'interface').flatMap((card) => {
    const mac = find(card, 'mac')?.attributes['address']
    const portId = find(card, 'virtualport', 'parameters')?.attributes['interfaceid']
    return mac && portId ? [{ portId, mac, isConnected: find(card, 'link')?.attributes['state'] !== 'down', element: card }] : []
  })
}

/** Where the screen's VNC server listens, from the XML of a running domain. */
export function readScreenSocket(xml: string): string | undefined {
  const graphics = childrenOf(find(readXml(xml), 'devices'), 'graphics').find(({ attributes }) => attributes['type'] === 'vnc')
  const listen = childrenOf(graphics, 'listen').find(({ attributes }) => attributes['type'] === 'socket')
  return listen?.attributes['socket'] ?? graphics?.attributes['socket']
}
