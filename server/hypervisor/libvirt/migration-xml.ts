import type { DepartureOptions } from '../migration.ts'
import type { XmlElement } from './xml.ts'
import { childrenOf, element, find, readXml, textOf, writeXml } from './xml.ts'

export function nameIn(xml: string): string {
  return textOf(find(readXml(xml), 'name')) ?? ''
}

/** The domain with each of these ports on its bridge and in its VLAN; all else as it is, the order of children included. */
export function replugged(xml: string, ports: DepartureOptions['ports']): string {
  const wanted = new Map(ports.map((port) => [port.portId, port]))
  const replug = (card: XmlElement): XmlElement => {
    const port = wanted.get(find(card, 'virtualport', 'parameters')?.attributes['interfaceid'] ?? '')
    if (!port) return card
    const others = card.children.filter((child) => typeof child === 'string' || !['source', 'vlan'].includes(child.name))
    return { ...card, children: [element('source', { bridge: port.bridge }), ...(port.vlan === undefined ? [] : [element('vlan', {}, element('tag', { id: port.vlan }))]), ...others] }
  }
  const root = readXml(xml)
  const devices = find(root, 'devices')
  if (!devices || childrenOf(devices, 'interface').length === 0) return xml
  const changed = { ...devices, children: devices.children.map((child) => (typeof child === 'object' && child.name === 'interface' ? replug(child) : child)) }
  return writeXml({ ...root, children: root.children.map((child) => (child === devices ? changed : child)) })
}
