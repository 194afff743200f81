// What follows when a host is lost, and when it returns: one host that is lost beside the ground's, which lives.
import assert from 'node:assert/strict'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import type { SimulatedPlace } from '../../jobs/hosts/simulated.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import type { VmPlan } from '../../jobs/sagas/vm-plan.ts'
import { hostFence, hostRejoin, vmRecover, fenceTest } from '../../jobs/contract/failover.ts'
import { startTask } from '../../server/app/task.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { openSimulatedMachine } from '../../server/machine/simulated/machine.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { failoverDeps } from './failover-deps.ts'
import { assertVmStands, patient, standingVm } from './saga-ground.ts'
import type { Ground, Place } from './saga-ground.ts'
import { nothingSealed, silentSender } from './toy-saga.ts'

interface LostPlace { place: Place; lost: SimulatedPlace; lostId: string; outageId: string; deviceId: string; retire(): Promise<void> }

/** The ground's host, empty, and a second one that is lost, with a simulated fence device; both see the same storage. */
async function newLostPlace(ground: Ground, { state, proven }: { state: 'down' | 'fenced'; proven: boolean }): Promise<LostPlace> {
  const { db, host, pool, world: rows } = ground
  const em = db.em.fork()
  const [lostId, outageId, deviceId] = [newId(), newId(), newId()]
  const world = new SimulatedWorld({ facts: { memoryBytes: 64 * 1024 ** 4 } })
  const living = world.place(host)
  const lost = world.place({ id: lostId, areaId: rows.areaId, name: `lost-${lostId}` })
  const placeOf = (hostId: string) => (hostId === lostId ? lost : living)
  for (const { host: machine } of [living, lost]) await openSimulatedHost(machine).bind(patient).ensurePool(pool)
  await openSimulatedHost(living.host).bind(patient).createVolume(pool, { name: `image-${rows.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
  await em.execute("insert into host (id, area_id, name, kind, state, fencing_at, silent_since) values (?, ?, ?, 'simulated', ?, ?, now())", [lostId, rows.areaId, lost.host.name, state, state === 'fenced' ? new Date() : null])
  await em.execute('insert into host_outage (id, host_id, silent_since) values (?, ?, now())', [outageId, lostId])
  await em.execute("insert into fence_device (id, host_id, position, kind) values (?, ?, 0, 'simulated')", [deviceId, lostId])
  if (proven) await em.execute("insert into fence (id, outage_id, method, requested_at, detail) values (?, ?, 'device', now(), 'off')", [newId(), outageId])
  const driver = async (hostId: string, control: typeof patient) => openSimulatedHost(placeOf(hostId).host).bind(control)
  const fabric = async (hostId: string, control: typeof patient) => openSimulatedFabric(placeOf(hostId).fabric).bind(control)
  const registry = new Registry(allSagas({
    hosts: { hypervisor: driver, fabric, underReview: async (hostId, control) => ({ hypervisor: await driver(hostId, control), fabric: await fabric(hostId, control) }), machine: async (hostId, control) => openSimulatedMachine(placeOf(hostId).machine).bind(control) },
    unseal: nothingSealed, children: workspaceChildren(silentSender), ...failoverDeps({ hasPower: ({ id }) => placeOf(id).host.hasPower, cut: ({ id }) => { placeOf(id).host.losePower() } }),
  }))
  const counted = (machine: SimulatedPlace['host']) => ({ seen: () => machine.faults.seen, inject: (nth: number, kind: Parameters<Place['hosts']['inject']>[1]) => { machine.faults.inject({ nth, kind }) }, clear: () => { machine.faults.clear() } })
  const place: Place = { ...living, registry, hosts: counted(living.host), inventory: () => '', others: [] }
  const retire = async () => {
    await em.execute('delete from vm where host_id = ?', [lostId])
    await em.execute("update host_outage set ended_at = now() where host_id = ? and ended_at is null", [lostId])
    await em.execute("update host set state = 'retired', fencing_at = null where id = ?", [lostId])
  }
  return { place, lost, lostId, outageId, deviceId, retire }
}

/** A VM that ran on the lost host: its disks are there, and nothing else. */
async function lostVm(ground: Ground, { place, lostId }: LostPlace): Promise<{ vmId: string; plan: VmPlan }> {
  const made = await standingVm(ground, place)
  await openSimulatedHost(place.host).bind(patient).removeVm(made.plan.domainUuid)
  const em = ground.db.em.fork()
  await em.execute("update vm set host_id = ?, observed_power = 'unknown' where id = ?", [lostId, made.vmId])
  await em.execute('update reservation set host_id = ? where vm_id = ? and host_id is not null', [lostId, made.vmId])
  return made
}

const hostRow = async ({ db }: Ground, id: string) => (await db.em.fork().execute<{ state: string; claimed: boolean; open: number; proofs: number }[]>(`
  select state, fencing_at is not null as claimed, (select count(*)::integer from host_outage where host_id = host.id and ended_at is null) as open,
    (select count(*)::integer from fence join host_outage on host_outage.id = outage_id where host_id = host.id) as proofs from host where id = ?`, [id]))[0]!

const where = async ({ db }: Ground, vmId: string) => (await db.em.fork().execute<{ hostId: string; promises: number }[]>(`
  select host_id as "hostId", (select count(*)::integer from reservation where vm_id = vm.id and host_id is not null) as promises from vm where id = ?`, [vmId]))[0]

export const recoverVmScenario = (ground: Ground): Scenario => ({
  saga: 'vm-recover',
  title: 'from a host that is proven to be off',
  async makeWorld() {
    const world = await newLostPlace(ground, { state: 'fenced', proven: true })
    const { vmId, plan } = await lostVm(ground, world)
    return {
      ...world.place,
      ask: () => ground.db.em.fork().transactional((em) => startTask(em, silentSender, { contract: vmRecover, input: { vmId }, workspaceId: ground.world.workspaceId, userId: null, method: 'recoverVm', object: { type: 'vm', id: vmId, name: 'lost' }, publicInput: {}, requestId: null, clientAddress: null })),
      check: async () => {
        assert.deepEqual(await where(ground, vmId), { hostId: ground.host.id, promises: 1 })
        await assertVmStands(ground.db, world.place, plan, `image-${ground.world.imageVersionId}`)
        assert.equal(world.place.host.vms.get(plan.domainUuid)!.boots, 1)
        await world.retire()
      },
    }
  },
})

export const fenceHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-fence',
  title: 'with a device, and a VM that ran there',
  async makeWorld() {
    const world = await newLostPlace(ground, { state: 'down', proven: false })
    const { lostId, outageId } = world
    const { vmId, plan } = await lostVm(ground, world)
    return {
      ...world.place,
      // It calls no host itself: what the recovery's calls meet is played in a scenario of its own.
      hosts: { ...world.place.hosts, seen: () => 0 },
      ask: () => ground.db.em.fork().transactional((em) => startTask(em, silentSender, { contract: hostFence, input: { hostId: lostId, outageId }, workspaceId: null, userId: null, method: 'fenceHost', object: { type: 'host', id: lostId, name: 'lost' }, publicInput: {}, requestId: null, clientAddress: null })),
      check: async () => {
        assert.equal(world.lost.host.hasPower, false)
        assert.deepEqual(await hostRow(ground, lostId), { state: 'fenced', claimed: true, open: 1, proofs: 1 })
        assert.deepEqual(await where(ground, vmId), { hostId: ground.host.id, promises: 1 })
        await assertVmStands(ground.db, world.place, plan, `image-${ground.world.imageVersionId}`)
        await world.retire()
      },
    }
  },
})

export const rejoinHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-rejoin',
  title: 'with what lives elsewhere now, what is its own, and what is nobody\'s',
  async makeWorld() {
    const world = await newLostPlace(ground, { state: 'fenced', proven: true })
    const { lost, lostId, outageId } = world
    // It is heard again.
    await ground.db.em.fork().execute('update host_outage set ended_at = now() where id = ?', [outageId])
    const [moved, kept] = [await standingVm(ground, world.place), await lostVm(ground, world)]
    const driver = openSimulatedHost(lost.host).bind(patient)
    const foreign = { ...kept.plan.domain, domainUuid: newId(), owner: { ...kept.plan.domain.owner, installationId: newId() }, disks: [], seed: undefined, interfaces: [] }
    for (const spec of [moved.plan.domain, kept.plan.domain, foreign]) await driver.defineVm(spec)
    const [port] = moved.plan.ports
    lost.fabric.plug({ ...port!, domainUuid: moved.plan.domainUuid })
    const there = world.place.host.vms.size
    return {
      ...world.place,
      hosts: { seen: () => lost.host.faults.seen, inject: (nth, kind) => { lost.host.faults.inject({ nth, kind }) }, clear: () => { lost.host.faults.clear() } },
      ask: () => ground.db.em.fork().transactional((em) => startTask(em, silentSender, { contract: hostRejoin, input: { hostId: lostId }, workspaceId: null, userId: null, method: 'rejoinHost', object: { type: 'host', id: lostId, name: 'lost' }, publicInput: {}, requestId: null, clientAddress: null })),
      check: async () => {
        assert.deepEqual([...lost.host.vms.keys()].sort(), [kept.plan.domainUuid, foreign.domainUuid].sort())
        assert.deepEqual([...lost.fabric.ports.keys()], [])
        assert.equal(world.place.host.vms.size, there)
        assert.equal(world.place.host.vms.get(moved.plan.domainUuid)!.power, 'running', 'where it lives now it goes on')
        const { state, claimed, open } = await hostRow(ground, lostId)
        assert.deepEqual({ state, claimed, open }, { state: 'up', claimed: false, open: 0 })
        await world.retire()
      },
    }
  },
})

export const testFenceDeviceScenario = (ground: Ground): Scenario => ({
  saga: 'fence-test',
  title: 'simulated',
  async makeWorld() {
    const world = await newLostPlace(ground, { state: 'down', proven: false })
    const { deviceId, lostId } = world
    return {
      ...world.place,
      ask: () => ground.db.em.fork().transactional((em) => startTask(em, silentSender, { contract: fenceTest, input: { deviceId }, workspaceId: null, userId: null, method: 'testFenceDevice', object: { type: 'host', id: lostId, name: 'lost' }, publicInput: {}, requestId: null, clientAddress: null })),
      check: async (ending) => {
        const [{ result }] = await ground.db.em.fork().execute<[{ result: string | null }]>('select test_result as result from fence_device where id = ?', [deviceId])
        if (ending === 'done') assert.equal(result, 'on')
        assert.equal(world.lost.host.hasPower, true, 'asking switches nothing')
        await world.retire()
      },
    }
  },
})
