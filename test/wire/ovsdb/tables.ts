// A part of Open vSwitch's schema with a column of every kind.
import { defineTable, mapOf, optional, scalar, setOf } from '../../../server/wire/ovsdb/column.ts'

export const openVswitch = defineTable('Open_vSwitch', { bridges: setOf('uuid'), external_ids: mapOf('string', 'string') })
export const bridge = defineTable('Bridge', { name: scalar('string'), ports: setOf('uuid'), flood_vlans: setOf('integer'), stp_enable: scalar('boolean'), external_ids: mapOf('string', 'string') })
export const port = defineTable('Port', { name: scalar('string'), tag: optional('integer'), trunks: setOf('integer'), interfaces: setOf('uuid'), external_ids: mapOf('string', 'string') })
export const iface = defineTable('Interface', { name: scalar('string'), type: scalar('string'), external_ids: mapOf('string', 'string') })
export const tables = [openVswitch, bridge, port, iface]
export const database = 'Open_vSwitch'
