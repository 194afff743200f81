import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContractWorld } from '../contract.test-support.ts'
import { hypervisorContract, patient } from '../contract.test-support.ts'
import type { HostEvent, VmSpec } from '../driver.ts'
import { openSimulatedHost } from './driver.ts'
import type { FaultKind } from './faults.ts'
import { SimulatedHost } from './host.ts'
import { inventory } from './inventory.ts'
import { SimulatedStorage } from './storage.ts'

const pool = { name: 'shared', path: '/srv/shared' }
const spec: VmSpec = {
  domainUuid: '11111111-1111-4111-8111-111111111111', title: 'web', description: '', owner: { installationId: 'i', generation: 1, vmId: 'v' },
  domainType: 'kvm', emulator: '/usr/bin/qemu-system-x86_64', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64',
  vcpus: 1, memoryBytes: 2 ** 30, disks: [{ pool, volume: 'web.qcow2', format: 'qcow2' }], seed: undefined,
  interfaces: [{ portId: 'p', mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7 }],
}

async function worldOn(host: SimulatedHost): Promise<ContractWorld> {
  return {
    host: openSimulatedHost(host), pool, image: { path: '/srv/shared/image.qcow2', format: 'qcow2' }, diskBytes: 2 ** 30, bridge: 'private-br',
    machine: spec, inventory: async () => inventory(host), async close() { /* memory only */ },
  }
}

hypervisorContract('the simulated host', () => worldOn(new SimulatedHost({ name: 'hv1' })))
hypervisorContract('the simulated host with latency', () => worldOn(new SimulatedHost({ name: 'hv1', latencyMs: 1, eventDelayMs: 1 })))

/** A host with the volume and the definition of `spec`, and a driver of it. */
async function hostWithVm(options: Partial<ConstructorParameters<typeof SimulatedHost>[0]> = {}) {
  const host = new SimulatedHost({ name: 'hv1', ...options })
  const driver = openSimulatedHost(host).bind(patient)
  await driver.ensurePool(pool)
  await driver.createVolume(pool, { name: 'web.qcow2', capacityBytes: 2 ** 30, backing: undefined })
  await driver.defineVm(spec)
  return { host, driver }
}

test('each kind of fault has its own code, and tells the truth about the effect only where it can be told', async () => {
  const expected: Record<FaultKind, { code: string; power: string }> = {
    unsent: { code: 'UNAVAILABLE', power: 'stopped' },
    refused: { code: 'INTERNAL', power: 'stopped' },
    'lost-before': { code: 'OUTCOME_UNKNOWN', power: 'stopped' },
    'lost-after': { code: 'OUTCOME_UNKNOWN', power: 'running' },
  }
  for (const kind of Object.keys(expected) as FaultKind[]) {
    const { host, driver } = await hostWithVm()
    host.faults.inject({ nth: 1, request: 'startVm', kind })
    await assert.rejects(driver.startVm(spec.domainUuid, { paused: false }), { code: expected[kind].code })
    assert.equal((await driver.findVm(spec.domainUuid))?.power, expected[kind].power)
  }
})

test('a fault strikes the request that was counted, once', async () => {
  const { host, driver } = await hostWithVm()
  const names = host.faults.record()
  host.faults.inject({ nth: 2, kind: 'unsent' })
  await driver.startVm(spec.domainUuid, { paused: false })
  await assert.rejects(driver.removeVm(spec.domainUuid), { code: 'UNAVAILABLE' })
  await driver.removeVm(spec.domainUuid)
  assert.deepEqual(names, ['startVm', 'stopVm', 'stopVm', 'undefineVm'])
})

test('a request on its way happens although its caller has given up', async () => {
  const { host, driver } = await hostWithVm()
  host.options.latencyMs = (request) => (request === 'startVm' ? 30 : 0)
  const hurried = openSimulatedHost(host).bind({ ...patient, timeoutMs: 1 })
  await assert.rejects(hurried.startVm(spec.domainUuid, { paused: false }), { code: 'OUTCOME_UNKNOWN' })
  assert.equal((await driver.findVm(spec.domainUuid))?.power, 'stopped')
  while ((await driver.findVm(spec.domainUuid))?.power !== 'running') await new Promise((resolve) => { setTimeout(resolve, 5) })
})

test('two hosts share a folder, and only one of them may write to a disk', async () => {
  const storage = new SimulatedStorage()
  const one = await hostWithVm({ name: 'hv1', storage })
  const two = await hostWithVm({ name: 'hv2', storage })
  await one.driver.startVm(spec.domainUuid, { paused: true })
  await assert.rejects(two.driver.startVm(spec.domainUuid, { paused: true }), { code: 'INTERNAL' })
  one.host.losePower()
  await two.driver.startVm(spec.domainUuid, { paused: true })
  await assert.rejects(one.driver.facts(), { code: 'UNAVAILABLE' })
})

test('a host without memory or room says so', async () => {
  const { driver } = await hostWithVm({ facts: { memoryBytes: 2 ** 20 } })
  await assert.rejects(driver.startVm(spec.domainUuid, { paused: false }), { code: 'NO_CAPACITY' })
  const small = await hostWithVm({ storage: new SimulatedStorage({ folderBytes: 500_000 }) })
  await assert.rejects(small.driver.uploadVolume(pool, { name: 'big', format: 'raw', sizeBytes: 10 ** 9, data: (async function* () { /* never asked */ })() }), { code: 'NO_CAPACITY' })
})

test('ports are plugged and unplugged with the guest, and a lost connection is heard as lost, then reset', async () => {
  const plugs: string[] = []
  const { host, driver } = await hostWithVm({ plugs: { plug: ({ portId, vlan, domainUuid }) => { plugs.push(`plug ${portId} ${vlan} ${domainUuid === spec.domainUuid}`) }, unplug: (portId) => { plugs.push(`unplug ${portId}`) } } })
  const heard: HostEvent[] = []
  await driver.watch((event) => { heard.push(event) })
  await driver.startVm(spec.domainUuid, { paused: false })
  host.setReachable(false)
  host.guestStops(spec.domainUuid, 'guest-shutdown')
  await Promise.resolve()
  host.setReachable(true)
  await driver.findVm(spec.domainUuid)
  assert.deepEqual(heard.map(({ kind }) => kind), ['reset', 'power', 'lost', 'reset'])
  assert.deepEqual(plugs, ['plug p 7 true', 'unplug p'])
})

test('a guest that ignores the power button stays up', async () => {
  const { driver } = await hostWithVm({ guestObeys: () => false })
  await driver.startVm(spec.domainUuid, { paused: false })
  await driver.shutdownVm(spec.domainUuid)
  assert.equal((await driver.findVm(spec.domainUuid))?.power, 'running')
})

test('a thousand hosts with twenty guests each are the same in each run', async () => {
  const storage = new SimulatedStorage()
  const hosts = Array.from({ length: 1_000 }, (_, index) => new SimulatedHost({ name: `hv${index}`, storage }))
  assert.equal(new Set(hosts.map((host) => host.facts().hostUuid)).size, 1_000)
  assert.equal(new SimulatedHost({ name: 'hv7' }).facts().hostUuid, hosts[7]!.facts().hostUuid)
  await Promise.all(hosts.map(async (host, h) => {
    const driver = openSimulatedHost(host).bind(patient)
    for (let v = 0; v < 20; v++) {
      await driver.defineVm({ ...spec, domainUuid: `${h}-${v}`, disks: [], interfaces: [] })
      await driver.startVm(`${h}-${v}`, { paused: false })
    }
    assert.equal((await driver.listVms()).filter(({ power }) => power === 'running').length, 20)
  }))
})
