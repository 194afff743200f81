import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from '../model/errors.ts'
import type { HypervisorDriver, VmSpec } from './driver.ts'
import { migrateLive } from './migrate.ts'

/** Two hosts that share their pools; `make` gives a VM that runs on the first one, `remove` takes its volumes away. */
export interface MigrationWorld {
  source: HypervisorDriver
  destination: HypervisorDriver
  /** Where the hosts take memory. */
  addresses: { source: string; destination: string }
  make(): Promise<VmSpec>
  remove(spec: VmSpec): Promise<void>
}

/** What every driver must do for a VM that moves, whatever stands behind it. */
export function migrationContract(name: string, open: () => MigrationWorld): void {
  const move = ({ source, destination, addresses }: MigrationWorld, spec: VmSpec, more: { beforeSend?: () => Promise<void> } = {}) =>
    migrateLive(source, destination, { domainUuid: spec.domainUuid, address: addresses.destination, ports: spec.interfaces, isSharingProven: true, beforeSend: async () => {}, onProgress: () => {}, ...more })
  const standings = async ({ source, destination }: MigrationWorld, { domainUuid }: VmSpec) => [await source.migrationStanding(domainUuid), await destination.migrationStanding(domainUuid)]

  test(`${name}: a guest moves, and its old host keeps no more than a definition`, async () => {
    const world = open()
    const spec = await world.make()
    assert.deepEqual(await standings(world, spec), ['here', 'absent'])
    let between: string[] = []
    await move(world, spec, { beforeSend: async () => { between = await standings(world, spec) } })
    assert.equal(between[1], 'arriving')
    // No memory is on its way yet: a host may tell so or not.
    assert.ok(['leaving', 'here'].includes(between[0]!))
    assert.deepEqual(await standings(world, spec), ['stopped', 'here'])
    assert.equal((await world.destination.findVm(spec.domainUuid))!.power, 'running')
    assert.deepEqual((await world.destination.findVm(spec.domainUuid))!.owner, spec.owner)
    assert.deepEqual((await world.destination.listInterfaces(spec.domainUuid)).map(({ portId, isConnected, isDefined }) => ({ portId, isConnected, isDefined })), spec.interfaces.map(({ portId }) => ({ portId, isConnected: true, isDefined: true })))
    assert.ok((await world.destination.migrationNumbers(spec.domainUuid))!.bytes > 0)
    // A machine that was taken away goes without harm to the one that runs.
    await world.source.removeVm(spec.domainUuid)
    assert.deepEqual(await standings(world, spec), ['absent', 'here'])
    await world.destination.removeVm(spec.domainUuid)
    await world.remove(spec)
  })

  test(`${name}: a suspended guest stays suspended, and one that must not come stays where it is`, async () => {
    const world = open()
    const spec = await world.make()
    await assert.rejects(move(world, spec, { beforeSend: async () => { throw new KloudakError('CONFLICT', 'Its port is wrong.') } }), { code: 'CONFLICT' })
    assert.deepEqual(await standings(world, spec), ['here', 'absent'])
    assert.equal((await world.source.findVm(spec.domainUuid))!.power, 'running')
    await world.source.suspendVm(spec.domainUuid)
    await move(world, spec)
    const there = (await world.destination.findVm(spec.domainUuid))!
    assert.deepEqual([there.power, there.startedPaused], ['paused', false])
    assert.deepEqual(await standings(world, spec), ['stopped', 'here'])
    await world.destination.resumeVm(spec.domainUuid)
    await world.source.removeVm(spec.domainUuid)
    await world.destination.removeVm(spec.domainUuid)
    await world.remove(spec)
  })

  test(`${name}: a host tells which machines it can run, and nothing of one that it does not know`, async () => {
    const { source, addresses } = open()
    const facts = await source.facts()
    assert.equal(await source.missingForMachine(facts), undefined)
    assert.match((await source.missingForMachine({ ...facts, cpuModel: 'no-such-processor' }))!, /no-such-processor/)
    assert.notEqual(await source.hasWayTo(addresses.destination), false)
    const nobody = '00000000-0000-4000-8000-000000000000'
    assert.equal(await source.migrationStanding(nobody), 'absent')
    assert.equal(await source.migrationNumbers(nobody), undefined)
    await source.cancelMigration(nobody)
  })
}
