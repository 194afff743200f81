import type { TrafficCounters } from '../../model/counters.ts'
import { defineTable, mapOf, scalar } from '../../wire/ovsdb/column.ts'
import { select } from '../../wire/ovsdb/operation.ts'
import type { Operation } from '../../wire/ovsdb/operation.ts'
import { bridgeTable, interfaceTable, portTable } from './tables.ts'
import { isUplink } from './ports.ts'
import type { Rows } from './ports.ts'

/**
 * The counters of an interface, which the switch brings up to date every few seconds. They are asked for and not
 * followed: each change of any VM's counters would be told to every worker that follows them.
 */
const counterTable = defineTable('Interface', { name: scalar('string'), statistics: mapOf('string', 'integer') })

type Select = Operation<{ uuid: string; row: { name: string; statistics: Map<string, number> } }[]>

/** A question for each uplink of the bridges. */
export function uplinkQuestions(rows: Rows): Select[] {
  const [interfaces, ports] = [rows(interfaceTable), rows(portTable)]
  const uuids = [...rows(bridgeTable).values()].flatMap((bridge) => bridge.ports).flatMap((uuid) => ports.get(uuid)?.interfaces ?? [])
  return uuids.filter((uuid) => isUplink(interfaces.get(uuid))).map((uuid) => select(counterTable, [['_uuid', '==', uuid]]))
}

/** Null when no uplink tells anything. */
export function trafficOf(found: readonly { row: { statistics: Map<string, number> } }[][]): TrafficCounters | null {
  const told = found.flat().map(({ row }) => row.statistics).filter((statistics) => statistics.has('rx_bytes'))
  if (told.length === 0) return null
  const sum = (key: string) => told.reduce((total, statistics) => total + (statistics.get(key) ?? 0), 0)
  return { receivedBytes: sum('rx_bytes'), receivedPackets: sum('rx_packets'), sentBytes: sum('tx_bytes'), sentPackets: sum('tx_packets') }
}
