// What the rows of the database mean. Pure: rows in, ports and facts out.
import type { Row, Table } from '../../wire/ovsdb/column.ts'
import type { FabricFacts, ObservedPort } from '../driver.ts'
import { bridgeTable, interfaceTable, openVswitchTable, portTable } from './tables.ts'

export type Rows = <T extends Table>(table: T) => ReadonlyMap<string, Row<T>>

/** A port of a VM with its place in the database. */
export interface PortRow {
  observed: ObservedPort
  bridgeUuid: string
  portUuid: string
  interfaceUuid: string
  /** Interfaces of the port: more than one in a bond. */
  interfaceCount: number
  isUp: boolean
  error: string | undefined
}

/** The VLAN of an access port; undefined for every port through which more than one VLAN, or none, can pass. */
function accessVlan({ tag, trunks, vlan_mode: mode }: Row<typeof portTable>): number | undefined {
  return (mode === undefined || mode === 'access') && trunks.length === 0 ? tag : undefined
}

/**
 * Every port whose interface carries an `iface-id`. One id may have several: a host that lost power keeps the port of
 * the guest's last life. Those that the switch has up come last, so that in a Map by id they win.
 */
export function portRows(rows: Rows): PortRow[] {
  const interfaces = rows(interfaceTable)
  const ports = rows(portTable)
  const found: PortRow[] = []
  for (const [bridgeUuid, bridge] of rows(bridgeTable)) {
    for (const portUuid of bridge.ports) {
      const port = ports.get(portUuid)
      for (const interfaceUuid of port?.interfaces ?? []) {
        const link = interfaces.get(interfaceUuid)
        const portId = link?.external_ids.get('iface-id')
        if (!port || !link || portId === undefined) continue
        const ids = link.external_ids
        // libvirt records the domain as vm-id, other managers as vm-uuid.
        const observed = { portId, bridge: bridge.name, vlan: accessVlan(port), mac: ids.get('attached-mac'), domainUuid: ids.get('vm-id') ?? ids.get('vm-uuid') }
        found.push({ observed, bridgeUuid, portUuid, interfaceUuid, interfaceCount: port.interfaces.length, isUp: (link.ofport ?? 0) > 0, error: link.error })
      }
    }
  }
  return found.sort((a, b) => Number(a.isUp) - Number(b.isUp))
}

/** One port for each id: the one that is up, when one is. */
export function observedPorts(rows: Rows): Map<string, ObservedPort> {
  return new Map(portRows(rows).map(({ observed }) => [observed.portId, observed]))
}

/** The empty type is `system`: a device of the kernel's. The taps of VMs are such too, but carry an id. */
export function isUplink(link: Row<typeof interfaceTable> | undefined): boolean {
  return link !== undefined && ['', 'system', 'dpdk', 'afxdp'].includes(link.type) && !link.external_ids.has('iface-id')
}

/** The version, and each bridge with the ports that lead out of the host: network cards and bonds of them. */
export function fabricFacts(rows: Rows): FabricFacts {
  const interfaces = rows(interfaceTable)
  const ports = rows(portTable)
  const leadsOut = (port: Row<typeof portTable> | undefined) => port?.interfaces.some((uuid) => isUplink(interfaces.get(uuid)))
  const bridges = Array.from(rows(bridgeTable).values(), ({ name, datapath_type: type, ports: uuids }) => ({
    name,
    datapathType: type || 'system',
    uplinks: uuids.map((uuid) => ports.get(uuid)).filter(leadsOut).map((port) => port!.name).sort(),
  }))
  const [system] = rows(openVswitchTable).values()
  return { version: system?.ovs_version ?? '', bridges: bridges.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

/** What turned one list of ports into the other. */
export function portChanges(before: ReadonlyMap<string, ObservedPort>, after: ReadonlyMap<string, ObservedPort>): { changed: ObservedPort[]; removed: string[] } {
  const isSame = (a: ObservedPort | undefined, b: ObservedPort) => a !== undefined && a.bridge === b.bridge && a.vlan === b.vlan && a.mac === b.mac && a.domainUuid === b.domainUuid
  return { changed: [...after.values()].filter((port) => !isSame(before.get(port.portId), port)), removed: [...before.keys()].filter((id) => !after.has(id)) }
}
