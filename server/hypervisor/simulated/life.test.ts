import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KloudakError } from '../../model/errors.ts'
import type { HostEvent, VmSpec } from '../driver.ts'
import { adopt } from './adopt.ts'
import { openSimulatedHost } from './driver.ts'
import { SimulatedHost } from './host.ts'
import { bringToLife, calm, faultBy } from './life.ts'

const ref = { name: 'shared', path: '/srv/shared' }
const specOf = (uuid: string, memoryBytes = 2 ** 30): VmSpec => ({
  domainUuid: uuid, title: 'web', description: '', owner: { installationId: 'i', generation: 1, vmId: uuid }, domainType: 'kvm', emulator: '/usr/bin/qemu', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64',
  vcpus: 1, memoryBytes, disks: [{ pool: ref, volume: `${uuid}.qcow2`, format: 'qcow2' }], seed: undefined, interfaces: [{ portId: uuid, mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7 }],
})
const volumeOf = (uuid: string) => ({ name: `${uuid}.qcow2`, format: 'qcow2' as const, sizeBytes: 2 ** 30, backingPath: '/srv/shared/image' })

test('a host stands as it is remembered, and what no longer fits is stopped', async () => {
  const plugged: string[] = []
  const host = new SimulatedHost({ name: 'hv1', facts: { memoryBytes: 3 * 2 ** 30 }, plugs: { plug: ({ portId }) => { plugged.push(portId) }, unplug() { /* not asked */ } } })
  const powers = { a: 'running', b: 'paused', c: 'stopped', d: 'crashed', e: 'running', f: 'running' } as const
  await adopt(host, { pools: [{ ref, volumes: Object.keys(powers).map(volumeOf) }], vms: Object.entries(powers).map(([uuid, power]) => ({ spec: specOf(uuid), power })) })
  const driver = openSimulatedHost(host).bind({ beforeCall() { /* always may */ }, timeoutMs: 1_000 })
  assert.deepEqual((await driver.listVms()).map(({ domainUuid, power, startedPaused }) => [domainUuid, power, startedPaused]), [['a', 'running', false], ['b', 'paused', false], ['c', 'stopped', false], ['d', 'crashed', false], ['e', 'running', false], ['f', 'stopped', false]])
  assert.deepEqual(plugged, ['a', 'b', 'd', 'e'])
  assert.equal((await driver.findVolume(ref, 'a.qcow2'))?.backingPath, '/srv/shared/image')
  await assert.rejects(driver.createVolume(ref, { name: 'a.qcow2', capacityBytes: 1, backing: undefined }), { code: 'CONFLICT' })
})

test('guests change by themselves and hosts fall silent, at the rates given', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const pass = (ms: number) => { for (let step = 0; step < ms; step += 10) { now += 10; t.mock.timers.tick(10) } }
  const host = new SimulatedHost({ name: 'hv1' })
  await adopt(host, { pools: [{ ref, volumes: [volumeOf('a')] }], vms: [{ spec: specOf('a'), power: 'running' }] })
  const heard: HostEvent[] = []
  host.listen((event) => { heard.push(event) })
  const told: string[] = []
  const end = bringToLife(() => [host], { ...calm, changesPerSecond: 20, awayPerMinute: 1, awayMs: 5_000 }, (domainUuid) => { told.push(domainUuid) })
  pass(1_000)
  await Promise.resolve()
  assert.ok(Math.abs(told.length - 20) <= 1, `${told.length} changes`)
  assert.deepEqual(heard.filter(({ kind }) => kind === 'power').slice(0, 2), [{ kind: 'power', domainUuid: 'a', power: 'paused', reason: 'suspended' }, { kind: 'power', domainUuid: 'a', power: 'running', reason: 'resumed' }])
  pass(60_000)
  assert.equal(host.reachable, false)
  pass(5_000)
  assert.equal(host.reachable, true)
  end()
  const before = told.length
  pass(120_000)
  assert.deepEqual([told.length, host.reachable], [before, true])
})

test('requests fail by chance as often as told', async () => {
  const host = new SimulatedHost({ name: 'hv1' })
  host.faults.byChance = () => faultBy({ ...calm, refusedShare: 0.2, lostShare: 0.3 })
  const driver = openSimulatedHost(host).bind({ beforeCall() { /* always may */ }, timeoutMs: 1_000 })
  const codes: Record<string, number> = {}
  for (let count = 0; count < 2_000; count++) {
    const code = await driver.facts().then(() => 'fine', (error: unknown) => (error as KloudakError).code)
    codes[code] = (codes[code] ?? 0) + 1
  }
  // Far beyond what chance does.
  for (const [code, share] of [['INTERNAL', 0.2], ['OUTCOME_UNKNOWN', 0.3], ['fine', 0.5]] as const) assert.ok(Math.abs(codes[code]! / 2_000 - share) < 0.1, JSON.stringify(codes))
})
