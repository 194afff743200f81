// The columns of Open vSwitch's database (ovs-vswitchd.conf.db(5)) that Kloudak reads and writes.
import { defineTable, mapOf, optional, scalar, setOf } from '../../wire/ovsdb/column.ts'

export const databaseName = 'Open_vSwitch'

export const openVswitchTable = defineTable('Open_vSwitch', {
  bridges: setOf('uuid'),
  ovs_version: optional('string'),
  /** Raised by whoever changes something and wants to know when the switch has taken it in; the switch answers in cur_cfg. */
  next_cfg: scalar('integer'),
  cur_cfg: scalar('integer'),
})

export const bridgeTable = defineTable('Bridge', { name: scalar('string'), datapath_type: scalar('string'), ports: setOf('uuid') })

export const portTable = defineTable('Port', {
  name: scalar('string'),
  interfaces: setOf('uuid'),
  tag: optional('integer'),
  trunks: setOf('integer'),
  vlan_mode: optional('string'),
})

export const interfaceTable = defineTable('Interface', {
  name: scalar('string'),
  type: scalar('string'),
  external_ids: mapOf('string', 'string'),
  /** Positive once the switch has the port; -1 when it could not add it, and `error` then says why. */
  ofport: optional('integer'),
  error: optional('string'),
})

export const tables = [openVswitchTable, bridgeTable, portTable, interfaceTable]
