import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { patient } from '../contract.test-support.ts'
import type { VmSpec } from '../driver.ts'
import { migrateLive } from '../migrate.ts'
import { migrationContract } from '../migration-contract.test-support.ts'
import type { MigrationWorld } from '../migration-contract.test-support.ts'
import { openSimulatedHost } from './driver.ts'
import { SimulatedHost } from './host.ts'
import { SimulatedStorage } from './storage.ts'

const pool = { name: 'shared', path: '/srv/shared' }

function twoHosts(options: { migrationMs?: number } = {}): MigrationWorld & { hosts: SimulatedHost[] } {
  const storage = new SimulatedStorage()
  const hosts = ['hv1', 'hv2'].map((name) => new SimulatedHost({ name, storage, ...options }))
  const [source, destination] = hosts.map((host) => openSimulatedHost(host).bind(patient))
  return {
    hosts, source: source!, destination: destination!, addresses: { source: 'hv1', destination: 'hv2' },
    async make(): Promise<VmSpec> {
      const volume = `${randomUUID()}.qcow2`
      for (const driver of [source!, destination!]) await driver.ensurePool(pool)
      await source!.createVolume(pool, { name: volume, capacityBytes: 2 ** 30, backing: undefined })
      const spec: VmSpec = {
        ...await source!.facts(), domainUuid: randomUUID(), title: 'web', description: '', owner: { installationId: 'i', generation: 1, vmId: 'v' }, vcpus: 1, memoryBytes: 2 ** 30,
        disks: [{ pool, volume, format: 'qcow2' }], seed: undefined, interfaces: [{ portId: randomUUID(), mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7 }],
      }
      await source!.defineVm(spec)
      await source!.startVm(spec.domainUuid, { paused: false })
      return spec
    },
    remove: async ({ disks }) => { for (const { volume } of disks) await source!.deleteVolume(pool, volume, { wipe: false }) },
  }
}

migrationContract('the simulated hosts', () => twoHosts())

test('a destination that is lost on the way leaves the guest at the source, with its disk', async () => {
  const world = twoHosts({ migrationMs: 10_000 })
  const spec = await world.make()
  const [first, second] = world.hosts
  const options = { domainUuid: spec.domainUuid, address: 'hv2', ports: spec.interfaces, isSharingProven: true, beforeSend: async () => {}, onProgress: () => { second!.setReachable(false) } }
  await assert.rejects(migrateLive(world.source, world.destination, options))
  assert.equal(await world.source.migrationStanding(spec.domainUuid), 'here')
  assert.equal((await world.source.findVm(spec.domainUuid))!.power, 'running')
  assert.deepEqual([...first!.storage.folder(pool.path).writers.values()], ['hv1'])
  second!.setReachable(true)
  assert.equal(await world.destination.migrationStanding(spec.domainUuid), 'absent')
})

test('an end that nobody heard of leaves the guest standing still where it was, until somebody asks both', async () => {
  const world = twoHosts()
  const spec = await world.make()
  const [first, second] = world.hosts
  second!.faults.inject({ nth: 1, request: 'finishMigration', kind: 'lost-before' })
  await assert.rejects(migrateLive(world.source, world.destination, { domainUuid: spec.domainUuid, address: 'hv2', ports: spec.interfaces, isSharingProven: true, beforeSend: async () => {}, onProgress: () => {} }), { code: 'OUTCOME_UNKNOWN' })
  assert.equal(await world.source.migrationStanding(spec.domainUuid), 'between')
  assert.equal(await world.destination.migrationStanding(spec.domainUuid), 'absent')
  assert.deepEqual([...first!.storage.folder(pool.path).writers.values()], [])
  await world.source.resumeVm(spec.domainUuid)
  assert.equal(await world.source.migrationStanding(spec.domainUuid), 'here')
  assert.deepEqual([...first!.storage.folder(pool.path).writers.values()], ['hv1'])
})
