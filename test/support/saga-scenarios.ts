// Each saga that workers carry, as the harness plays it: how it is asked for, and what must hold when it has ended.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import type { VmPowerAction } from '../../jobs/contract/vm.ts'
import { registerHost } from '../../server/app/inventory.ts'
import type { Operator } from '../../server/app/inventory.ts'
import { createNetwork } from '../../server/app/network.ts'
import { deleteNetwork } from '../../server/app/network-delete.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { updateVm } from '../../server/app/vm-update.ts'
import { deleteWorkspace } from '../../server/app/workspace-delete.ts'
import type { Em } from '../../server/db/orm.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { assertVmStands, booksOf, newPlace, newVm, patient, sagaOfTask, standingVm } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { silentSender } from './toy-saga.ts'
import { readyNetwork, requestOf } from './verbs.ts'
import { addUser, addWorkspace } from './world.ts'

const imageOf = ({ world }: Ground) => `image-${world.imageVersionId}`

export const createVmScenario = (ground: Ground, cloneMode: 'linked' | 'full'): Scenario => ({
  saga: 'vm-create',
  title: cloneMode,
  async makeWorld() {
    await ground.db.em.fork().execute('update template set clone_mode = ? where id = ?', [cloneMode, ground.world.templateId])
    // The copy ends at the first look; a crash or a cancel before that look meets it half done.
    const place = await newPlace(ground, { flattenStepBytes: 1024 ** 4 })
    const before = place.inventory()
    let made: Awaited<ReturnType<typeof newVm>>
    return {
      ...place,
      ask: async () => (made = await newVm(ground)),
      check: async (ending) => {
        if (ending === 'done') {
          await assertVmStands(ground.db, place, made.plan, imageOf(ground))
          const { volume } = made.plan.disks[0]!
          assert.equal(place.host.storage.folder('/pool').volumes.get(volume)!.backingPath === undefined, cloneMode === 'full')
        } else {
          assert.equal(place.inventory(), before)
          assert.deepEqual(await booksOf(ground.db, made.vmId), { vms: 1, phase: 'failed', reservations: 0, addresses: 0 })
        }
      },
    }
  },
})

export const deleteVmScenario = (ground: Ground): Scenario => ({
  saga: 'vm-delete',
  title: 'of a running VM',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const { vmId } = await standingVm(ground, place)
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await deleteVm(requestOf(ground.db, ground.world.owner), { vmId })).taskId),
      check: async () => {
        assert.equal(place.inventory(), before)
        assert.deepEqual(await booksOf(ground.db, vmId), { vms: 0, phase: null, reservations: 0, addresses: 0 })
      },
    }
  },
})

/** Acts that a host carries out each time it is told; their number shows in the guest's boots. */
const afterwards: Record<VmPowerAction, { from: 'running' | 'stopped' | 'paused'; power: string; boots: number }> = {
  start: { from: 'stopped', power: 'running', boots: 1 },
  shutdown: { from: 'running', power: 'stopped', boots: 0 },
  stop: { from: 'running', power: 'stopped', boots: 0 },
  reboot: { from: 'running', power: 'running', boots: 1 },
  reset: { from: 'running', power: 'running', boots: 1 },
  suspend: { from: 'running', power: 'paused', boots: 0 },
  resume: { from: 'paused', power: 'running', boots: 0 },
}

export const powerScenario = (ground: Ground, action: VmPowerAction): Scenario => ({
  saga: 'vm-power',
  title: action,
  async makeWorld() {
    const place = await newPlace(ground)
    const { vmId, plan } = await standingVm(ground, place)
    const driver = openSimulatedHost(place.host).bind(patient)
    const { from, power, boots } = afterwards[action]
    if (from === 'stopped') await driver.stopVm(plan.domainUuid)
    if (from === 'paused') await driver.suspendVm(plan.domainUuid)
    await ground.db.em.fork().execute('update vm set observed_power = ?, desired_power = ? where id = ?', [from, from, vmId])
    const vm = place.host.vms.get(plan.domainUuid)!
    const bootsBefore = vm.boots
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await changePower(requestOf(ground.db, ground.world.owner), action, { vmId })).taskId),
      check: async (ending) => {
        const happened = vm.boots - bootsBefore
        assert.ok(happened <= boots, `booted ${happened} times`)
        if (ending !== 'done') return
        assert.equal(happened, boots)
        await assertVmStands(ground.db, place, plan, imageOf(ground), power)
      },
    }
  },
})

export const updateVmScenario = (ground: Ground): Scenario => ({
  saga: 'vm-update',
  title: 'of a running VM',
  async makeWorld() {
    const place = await newPlace(ground)
    const { vmId, plan } = await standingVm(ground, place)
    const name = `renamed-${newId()}`
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await updateVm(requestOf(ground.db, ground.world.owner), { vmId, name, description: '<new>' })).taskId),
      check: async (ending) => {
        if (ending === 'done') await assertVmStands(ground.db, place, { ...plan, domain: { ...plan.domain, title: name, description: '<new>' } }, imageOf(ground))
      },
    }
  },
})

export const createNetworkScenario = (ground: Ground): Scenario => ({
  saga: 'network-create',
  title: 'private',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    let networkId: string
    return {
      ...place,
      ask: async () => {
        const { objectId, taskId } = await createNetwork(requestOf(ground.db, ground.world.owner), { workspaceId: ground.world.workspaceId, areaId: ground.world.areaId, name: `net-${newId()}`, subnets: [{ cidr: '10.9.0.0/24' }] })
        networkId = objectId
        return sagaOfTask(ground.db, taskId)
      },
      check: async (ending) => {
        assert.equal(place.inventory(), before)
        const [row] = await ground.db.em.fork().execute<{ phase: string }[]>('select phase from network where id = ?', [networkId])
        assert.equal(row?.phase, ending === 'done' ? 'ready' : 'failed')
        await ground.db.em.fork().execute('delete from network where id = ?', [networkId])
      },
    }
  },
})

export const deleteNetworkScenario = (ground: Ground): Scenario => ({
  saga: 'network-delete',
  title: 'with a port that a crash left',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const networkId = await readyNetwork(ground.db, ground.world, ['10.8.0.0/24'])
    const [interfaceId, vmId] = [newId(), newId()]
    await ground.db.em.fork().execute("insert into address (id, subnet_id, ip, interface_id, vm_id, released_at) select ?, id, '10.8.0.9', ?, ?, now() from subnet where network_id = ?", [newId(), interfaceId, vmId, networkId])
    place.fabric.plug({ portId: interfaceId, mac: '52:54:00:00:00:09', bridge: 'private-br', vlan: 9, domainUuid: newId() })
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await deleteNetwork(requestOf(ground.db, ground.world.owner), { networkId })).taskId),
      check: async () => {
        assert.equal(place.inventory(), before)
        assert.deepEqual(await ground.db.em.fork().execute('select 1 from network where id = ?', [networkId]), [])
      },
    }
  },
})

/** Its VM and its network each become a task of their own, which the same worker does in its turn. */
export const deleteWorkspaceScenario = (ground: Ground): Scenario => ({
  saga: 'workspace-delete',
  title: 'with a VM on its network',
  async makeWorld() {
    const { db, world } = ground
    const place = await newPlace(ground)
    const before = place.inventory()
    const em = db.em.fork()
    const workspaceId = await addWorkspace(em)
    const own: Ground = { ...ground, world: { ...world, workspaceId, owner: await addUser(em, { [workspaceId]: permissions }) } }
    const networkId = await readyNetwork(db, own.world)
    const { vmId } = await standingVm({ ...own, networkId }, place)
    return {
      ...place,
      // It calls no host itself: what its children's calls meet is played in scenarios of their own.
      hosts: { ...place.hosts, seen: () => 0 },
      ask: async () => sagaOfTask(db, (await deleteWorkspace(requestOf(db, own.world.owner), { workspaceId })).taskId),
      check: async () => {
        assert.equal(place.inventory(), before)
        assert.deepEqual(await booksOf(db, vmId), { vms: 0, phase: null, reservations: 0, addresses: 0 })
        const tasks = await em.execute('select method, state from task where workspace_id = ? order by id', [workspaceId])
        assert.deepEqual(tasks, ['deleteWorkspace', 'deleteVm', 'deleteNetwork'].map((method) => ({ method, state: 'done' })))
        assert.deepEqual(await em.execute('select 1 from workspace where id = ? union all select 1 from network where workspace_id = ? union all select 1 from membership where workspace_id = ?', [workspaceId, workspaceId, workspaceId]), [])
      },
    }
  },
})

export async function operate<T>({ db }: Ground, act: (operator: Operator) => Promise<T>): Promise<T> {
  return db.em.fork().transactional((em: Em) => act({ em, sender: silentSender, userId: null, masterKey: new Uint8Array(32) }))
}

export const enrolHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-enrol',
  title: 'simulated',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    let hostId: string
    return {
      ...place,
      ask: async () => {
        const { id, taskId } = await operate(ground, (operator) => registerHost(operator, { name: `new-${newId()}`, areaId: ground.world.areaId, access: { kind: 'simulated' }, publicBridge: 'public-br', trunkBridge: 'private-br' }))
        hostId = id
        return sagaOfTask(ground.db, taskId!)
      },
      check: async (ending) => {
        const em = ground.db.em.fork()
        const [row] = await em.execute<{ state: string; cpus: number | null; state_reason: string | null }[]>('select state, cpus, state_reason from host where id = ?', [hostId])
        // The marker may stay where an enrolment failed: the pool is in the books.
        const { volumes } = place.host.storage.folder('/pool')
        if (ending === 'done') assert.ok(volumes.get(markerVolume)?.content)
        volumes.delete(markerVolume)
        assert.equal(place.inventory(), before)
        assert.equal(row?.state, ending === 'done' ? 'up' : 'enrolling')
        if (ending === 'done') assert.equal(row?.cpus, 32)
        await em.execute('delete from host where id = ?', [hostId])
      },
    }
  },
})
