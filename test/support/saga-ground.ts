// What the runs of one saga's harness stand on: rows that stay, and for each run hosts of its own.
import assert from 'node:assert/strict'
import { Registry } from '../../jobs/saga/registry.ts'
import type { World as SagaWorld } from '../../jobs/saga/harness/world.ts'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import type { SimulatedPlace } from '../../jobs/hosts/simulated.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { readVmPlan } from '../../jobs/sagas/vm-plan.ts'
import type { VmPlan } from '../../jobs/sagas/vm-plan.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { unseal } from '../../server/db/seal.ts'
import type { SealedPlace } from '../../server/db/seal.ts'
import type { Db, Em } from '../../server/db/orm.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { FaultPlan } from '../../server/hypervisor/simulated/faults.ts'
import type { SimulatedHostOptions } from '../../server/hypervisor/simulated/host.ts'
import { inventory } from '../../server/hypervisor/simulated/inventory.ts'
import { openSimulatedMachine } from '../../server/machine/simulated/machine.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { silentSender } from './toy-saga.ts'
import { readyNetwork, requestOf, testMasterKey } from './verbs.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'
import { failoverDeps } from './failover-deps.ts'

export const patient = { beforeCall() { /* always may */ }, timeoutMs: 10_000 }

/** What the VMs of `newVm` are given. */
export const userData = '#!/bin/sh\ntouch /root/begun\n'

export interface Ground { db: Db; world: World; networkId: string; host: { id: string; areaId: string; name: string }; pool: { name: string; path: string } }

/** The rows that all runs share: an area with one host, its pool and image, a workspace and a network with many addresses. */
export async function makeGround(db: Db): Promise<Ground> {
  const world = await makeWorld(db, { hostMemoryBytes: 64 * 1024 ** 4, poolBytes: 1024 ** 5 })
  const em = db.em.fork()
  await em.execute('update host set cpus = 100000 where id = ?', [world.hostIds[0]])
  const networkId = await readyNetwork(db, world, ['10.64.0.0/16'])
  const [host] = await em.execute<{ id: string; name: string }[]>('select id, name from host where id = ?', [world.hostIds[0]])
  return { db, world, networkId, host: { ...host!, areaId: world.areaId }, pool: { name: 'pool', path: '/pool' } }
}

export interface Place extends SimulatedPlace { registry: Registry; hosts: SagaWorld['hosts']; inventory(): string; others: SimulatedPlace[] }

/**
 * The ground's host, new and empty but for its pool with the image; counted and disturbed through both drivers as one, and
 * together with `others`, hosts of the same area.
 */
export async function newPlace({ host, pool, world }: Ground, options: Pick<SimulatedHostOptions, 'flattenStepBytes' | 'guestLetsGo' | 'guestHasAgent' | 'migrationMs'> = {}, others: readonly Ground['host'][] = []): Promise<Place> {
  const simulated = new SimulatedWorld({ facts: { memoryBytes: 64 * 1024 ** 4 }, faults: new FaultPlan(), ...options })
  const place = simulated.place(host)
  for (const other of others) await openSimulatedHost(simulated.place(other).host).bind(patient).ensurePool(pool)
  const placeOf = (hostId: string) => { const other = others.find(({ id }) => id === hostId); return other ? simulated.place(other) : place }
  const driver = openSimulatedHost(place.host).bind(patient)
  await driver.ensurePool(pool)
  await driver.createVolume(pool, { name: `image-${world.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
  const deps = {
    hosts: {
      hypervisor: async (hostId: string, control: typeof patient) => openSimulatedHost(placeOf(hostId).host).bind(control),
      fabric: async (hostId: string, control: typeof patient) => openSimulatedFabric(placeOf(hostId).fabric).bind(control),
      underReview: async (_hostId: string, control: typeof patient) => ({ hypervisor: openSimulatedHost(place.host).bind(control), fabric: openSimulatedFabric(place.fabric).bind(control) }),
      machine: async (_hostId: string, control: typeof patient) => openSimulatedMachine(place.machine).bind(control),
    },
    unseal: (place: SealedPlace, sealed: Uint8Array) => unseal(testMasterKey, place, sealed),
    children: workspaceChildren(silentSender),
    ...failoverDeps({ hasPower: () => place.host.hasPower, cut: () => { place.host.losePower() } }),
  }
  return {
    ...place,
    others: others.map((other) => simulated.place(other)),
    registry: new Registry(allSagas(deps)),
    hosts: { seen: () => place.host.faults.seen, inject: (nth, kind) => { place.host.faults.inject({ nth, kind }) }, clear: () => { place.host.faults.clear() } },
    inventory: () => inventory(place.host) + JSON.stringify([...place.fabric.ports.values()]) + place.machine.inventory(),
  }
}

export const sagaOfTask = (db: Db, taskId: string | null): Promise<{ taskId: string; sagaId: string }> => sagaSeenBy(db.em.fork(), taskId)

async function sagaSeenBy(em: Em, taskId: string | null): Promise<{ taskId: string; sagaId: string }> {
  const [row] = await em.execute<{ id: string }[]>('select id from saga where task_id = ?', [taskId])
  return { taskId: taskId!, sagaId: row!.id }
}

/** A VM as createVm writes it, with its saga still to run. */
export async function newVm({ db, world, networkId }: Ground, em: Em = db.em.fork()): Promise<{ vmId: string; taskId: string; sagaId: string; plan: VmPlan }> {
  const { objectId, taskId } = await createVm({ ...requestOf(db, world.owner), em }, { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, password: 'correct horse', userData, interfaces: [{ networkId }] })
  const plan = await readVmPlan(em, objectId)
  return { vmId: objectId, plan: plan!, ...(await sagaSeenBy(em, taskId)) }
}

/** A VM that is ready and runs on the place, as its creation would have left it, without that saga having run. */
export async function standingVm(ground: Ground, place: Place): Promise<{ vmId: string; plan: VmPlan }> {
  // In one transaction: a worker that is at work sees no saga to carry out.
  const { vmId, plan } = await ground.db.em.fork().transactional(async (em) => {
    const { taskId, sagaId, ...made } = await newVm(ground, em)
    await em.execute('delete from saga where id = ?', [sagaId])
    await em.execute('delete from task where id = ?', [taskId])
    await em.execute("update vm set phase = 'ready', observed_power = 'running', observed_at = now() where id = ?", [made.vmId])
    return made
  })
  const driver = openSimulatedHost(place.host).bind(patient)
  for (const { pool, volume, sizeBytes, backing } of plan.disks) await driver.createVolume(pool, { name: volume, capacityBytes: sizeBytes, backing })
  await driver.createVolume(plan.seed.pool, { name: plan.seed.volume, capacityBytes: MiB, backing: undefined })
  await driver.defineVm(plan.domain)
  await driver.startVm(plan.domainUuid, { paused: false })
  return { vmId, plan }
}

/** The whole VM on the host and in the books, and nothing else there. */
export async function assertVmStands(db: Db, place: Place, plan: VmPlan, imageVolume: string, power = 'running'): Promise<void> {
  assert.deepEqual([...place.host.vms.values()].map((vm) => ({ spec: vm.spec, power: vm.power, startedPaused: vm.startedPaused, copies: vm.flattening.size })), [{ spec: plan.domain, power, startedPaused: false, copies: 0 }])
  assert.deepEqual([...place.host.storage.folder('/pool').volumes.keys()].sort(), [imageVolume, plan.disks[0]!.volume, plan.seed.volume].sort())
  assert.deepEqual([...place.fabric.ports.values()], power === 'running' || power === 'paused' ? plan.ports.map((port) => ({ ...port, domainUuid: plan.domainUuid })) : [])
  assert.deepEqual(await booksOf(db, plan.vmId), { vms: 1, phase: 'ready', reservations: 2, addresses: 1 })
}

export async function booksOf(db: Db, vmId: string): Promise<{ vms: number; phase: string | null; reservations: number; addresses: number }> {
  const [row] = await db.em.fork().execute<{ vms: number; phase: string | null; reservations: number; addresses: number }[]>(`
    select (select count(*)::int from vm where id = v.id) as vms, (select phase from vm where id = v.id) as phase,
      (select count(*)::int from reservation where vm_id = v.id) as reservations,
      (select count(*)::int from address where vm_id = v.id and released_at is null) as addresses
    from (select ?::uuid as id) v`, [vmId])
  return row!
}
