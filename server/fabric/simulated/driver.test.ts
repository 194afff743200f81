import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fabricContract, patient } from '../contract.test-support.ts'
import type { FabricEvent } from '../driver.ts'
import { openSimulatedFabric } from './driver.ts'
import { SimulatedSwitch } from './switch.ts'
import type { SimulatedReach } from './switch.ts'

function worldOn(fabric: SimulatedSwitch) {
  return Promise.resolve({
    host: openSimulatedFabric(fabric), bridges: ['private-br', 'public-br'] as [string, string], uplink: 'eth2',
    plug: async (port: Parameters<SimulatedSwitch['plug']>[0]) => { fabric.plug(port) },
    unplug: async (portId: string) => { fabric.unplug(portId) },
    retag: async (portId: string, vlan: number | undefined) => { fabric.disturb(portId, { vlan }) },
    mountPoints: async () => ['/'],
    refuseFigures: async () => { fabric.tellsFigures = false },
    inventory: async () => JSON.stringify([...fabric.ports.values()].sort((a, b) => (a.portId < b.portId ? -1 : 1))),
    async close() { /* memory only */ },
  })
}

fabricContract('the simulated switch', () => worldOn(new SimulatedSwitch({ name: 'hv1' })))
fabricContract('the simulated switch with latency', () => {
  const fabric = new SimulatedSwitch({ name: 'hv1', eventDelayMs: 1 })
  fabric.standOn({ name: 'hv1', reachable: true, options: { latencyMs: 1 }, dropConnections() { /* not in this test */ } })
  return worldOn(fabric)
})

const plug = { portId: 'p', mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7, domainUuid: 'd' }

test('each kind of fault has its own code, and the effect is what the kind says', async () => {
  const expected = { unsent: ['UNAVAILABLE', 7], refused: ['INTERNAL', 7], 'lost-before': ['OUTCOME_UNKNOWN', 7], 'lost-after': ['OUTCOME_UNKNOWN', 8] } as const
  for (const kind of ['unsent', 'refused', 'lost-before', 'lost-after'] as const) {
    const fabric = new SimulatedSwitch({ name: 'hv1' })
    let isArmed = true
    const reach: SimulatedReach = { name: 'hv1', reachable: true, dropConnections() { /* counted below */ }, faults: { take: (request) => (isArmed && request === 'setVlan' ? { kind } : undefined) } }
    fabric.standOn(reach)
    fabric.plug(plug)
    const driver = openSimulatedFabric(fabric).bind(patient)
    const [code, vlan] = expected[kind]
    await assert.rejects(driver.ensureVlan({ ...plug, vlan: 8 }), { code })
    assert.equal((await driver.findPort('p'))?.vlan, vlan)
    isArmed = false
    assert.equal((await driver.ensureVlan({ ...plug, vlan: 8 })).vlan, 8)
  }
})

test('a lost connection is heard as lost, then reset, and what happened between is not told', async () => {
  const fabric = new SimulatedSwitch({ name: 'hv1' })
  const driver = openSimulatedFabric(fabric).bind(patient)
  const heard: FabricEvent['kind'][] = []
  await driver.watch(({ kind }) => { heard.push(kind) })
  fabric.setReachable(false)
  await assert.rejects(driver.listPorts(), { code: 'UNAVAILABLE' })
  fabric.plug(plug)
  await Promise.resolve()
  fabric.setReachable(true)
  assert.equal((await driver.listPorts()).length, 1)
  assert.deepEqual(heard, ['reset', 'lost', 'reset'])
})
