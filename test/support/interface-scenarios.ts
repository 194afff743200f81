// What changes in a VM that is there already, as the harness plays it: its networks, and a password in its guest.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { readVmPlan } from '../../jobs/sagas/vm-plan.ts'
import { attachInterface, detachInterface } from '../../server/app/vm-interface.ts'
import { setVmPassword } from '../../server/app/vm-password.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { seedImage } from '../../server/hypervisor/seed/seed.ts'
import { patient, newPlace, sagaOfTask, standingVm, userData } from './saga-ground.ts'
import type { Ground, Place } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

type Power = 'running' | 'stopped'

async function vmOf(ground: Ground, place: Place, power: Power) {
  const { vmId, plan } = await standingVm(ground, place)
  const driver = openSimulatedHost(place.host).bind(patient)
  if (power === 'stopped') await driver.stopVm(plan.domainUuid)
  await ground.db.em.fork().execute('update vm set observed_power = ? where id = ?', [power, vmId])
  return { vmId, plan, before: place.inventory(), booksBefore: await booksOf(ground, vmId) }
}

interface Books { interfaces: { position: number; phase: string; configured: boolean }[]; addresses: number; password: string }

async function booksOf({ db }: Ground, vmId: string): Promise<Books> {
  const [row] = await db.em.fork().execute<Books[]>(`
    select coalesce((select jsonb_agg(jsonb_build_object('position', position, 'phase', phase, 'configured', configured_in_guest) order by position) from vm_interface where vm_id = vm.id), '[]') as interfaces,
      (select count(*)::int from address where vm_id = vm.id and released_at is null) as addresses, password_hash as password
    from vm where id = ?`, [vmId])
  return row!
}

/** The machine is what the books say of it, its ports too, and so is the seed of its next first boot. */
async function assertAgreed({ db }: Ground, place: Place, vmId: string, power: Power): Promise<void> {
  const plan = (await readVmPlan(db.em.fork(), vmId))!
  assert.deepEqual([...place.host.vms.values()].map((vm) => ({ spec: vm.spec, power: vm.power, disconnected: vm.disconnected.size })), [{ spec: plan.domain, power, disconnected: 0 }])
  assert.deepEqual([...place.host.vms.values()].flatMap(({ cards }) => [...cards.values()]), power === 'stopped' ? [] : plan.ports.map((port) => ({ port, isConnected: true })))
  assert.deepEqual([...place.fabric.ports.values()], power === 'stopped' ? [] : plan.ports.map((port) => ({ ...port, domainUuid: plan.domainUuid })))
  assert.equal(place.host.storage.folder('/pool').volumes.get(plan.seed.volume)?.sha256, createHash('sha256').update(seedImage({ ...plan.seed.spec, userData })).digest('hex'))
}

const born = { position: 0, phase: 'ready', configured: true }

export const attachScenario = (ground: Ground, power: Power): Scenario => ({
  saga: 'vm-attach',
  title: `to a VM that is ${power}`,
  async makeWorld() {
    const place = await newPlace(ground)
    const { vmId, before, booksBefore } = await vmOf(ground, place, power)
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await attachInterface(requestOf(ground.db, ground.world.owner), { vmId, networkId: ground.networkId })).taskId),
      check: async (ending) => {
        if (ending === 'done') {
          await assertAgreed(ground, place, vmId, power)
          assert.deepEqual(await booksOf(ground, vmId), { ...booksBefore, interfaces: [born, { position: 1, phase: 'ready', configured: false }], addresses: 2 })
        } else {
          assert.equal(place.inventory(), before)
          assert.deepEqual(await booksOf(ground, vmId), booksBefore)
        }
      },
    }
  },
})

export const detachScenario = (ground: Ground, power: Power): Scenario => ({
  saga: 'vm-detach',
  title: `from a VM that is ${power}`,
  async makeWorld() {
    const place = await newPlace(ground)
    const { vmId, plan, before, booksBefore } = await vmOf(ground, place, power)
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await detachInterface(requestOf(ground.db, ground.world.owner), { interfaceId: plan.ports[0]!.portId })).taskId),
      check: async (ending) => {
        if (ending === 'done') {
          await assertAgreed(ground, place, vmId, power)
          assert.deepEqual(await booksOf(ground, vmId), { ...booksBefore, interfaces: [], addresses: 0 })
        } else {
          assert.equal(place.inventory(), before)
          assert.deepEqual(await booksOf(ground, vmId), booksBefore)
        }
      },
    }
  },
})

export const passwordScenario = (ground: Ground): Scenario => ({
  saga: 'vm-password',
  title: 'of root',
  async makeWorld() {
    const place = await newPlace(ground)
    const { vmId, plan, before, booksBefore } = await vmOf(ground, place, 'running')
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await setVmPassword(requestOf(ground.db, ground.world.owner), { vmId, password: 'another horse' })).taskId),
      check: async (ending) => {
        const { password } = await booksOf(ground, vmId)
        if (ending === 'done') {
          await assertAgreed(ground, place, vmId, 'running')
          assert.notEqual(password, booksBefore.password)
          assert.equal(place.host.vms.get(plan.domainUuid)!.passwords.get('root'), password)
        } else {
          assert.equal(place.inventory(), before)
          assert.equal(password, booksBefore.password)
        }
      },
    }
  },
})
