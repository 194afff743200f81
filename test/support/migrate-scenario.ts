// A VM that moves to a second host of its area: running, suspended, or stopped.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import type { SimulatedPlace } from '../../jobs/hosts/simulated.ts'
import { migrateVm } from '../../server/app/vm-migrate.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import type { PowerState } from '../../server/model/vm.ts'
import { newPlace, patient, sagaOfTask, standingVm } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

type From = Extract<PowerState, 'running' | 'paused' | 'stopped'>

/** Another host in the books of the ground's area, alike in all, that takes no VMs until it is put into service. */
export async function addHost({ db, host }: Ground): Promise<Ground['host']> {
  const id = newId()
  const name = `other-${id}`
  await db.em.fork().execute(`
    insert into host (id, area_id, name, kind, state, duty, facts, cpus, memory_bytes, reserved_memory_bytes)
    select ?, area_id, ?, kind, state, 'maintenance', facts, cpus, memory_bytes, reserved_memory_bytes from host where id = ?`, [id, name, host.id])
  return { id, name, areaId: host.areaId }
}

/** A whole VM of this power on the place, and nothing of it on the other; its machine has never been started anew. */
export function assertMachine(here: SimulatedPlace, there: SimulatedPlace, { domainUuid, power, boots, ports }: { domainUuid: string; power: From; boots: number; ports: readonly { portId: string; vlan: number | undefined }[] }): void {
  const told = (place: SimulatedPlace) => [...place.host.vms.values()].map((vm) => ({ domainUuid: vm.spec.domainUuid, power: vm.power, migration: vm.migration?.standing }))
  assert.deepEqual(told(there), [])
  assert.deepEqual(told(here), [{ domainUuid, power, migration: undefined }])
  if (power !== 'stopped') assert.equal(here.host.vms.get(domainUuid)!.boots, boots)
  assert.deepEqual([...here.host.storage.folder('/pool').writers.values()], power === 'stopped' ? [] : [here.host.name])
  assert.deepEqual([...here.fabric.ports.values()].map(({ portId, vlan }) => ({ portId, vlan })), power === 'stopped' ? [] : ports.map(({ portId, vlan }) => ({ portId, vlan })))
  assert.deepEqual([...there.fabric.ports.keys()], [])
}

export const migrateScenario = (ground: Ground, from: From): Scenario => ({
  saga: 'vm-migrate',
  title: from,
  async makeWorld() {
    const em = ground.db.em.fork()
    const other = await addHost(ground)
    const place = await newPlace(ground, {}, [other])
    const { vmId, plan } = await standingVm(ground, place)
    const { domainUuid } = plan
    const driver = openSimulatedHost(place.host).bind(patient)
    if (from === 'stopped') await driver.stopVm(domainUuid)
    if (from === 'paused') await driver.suspendVm(domainUuid)
    await em.execute('update vm set observed_power = ?, desired_power = ? where id = ?', [from, from, vmId])
    const { boots } = place.host.vms.get(domainUuid)!
    const volumes = [...place.host.storage.folder('/pool').volumes.keys()].sort()
    const destination = place.others[0]!
    return {
      ...place,
      ask: async () => {
        await em.execute("update host set duty = 'service' where id = ?", [other.id])
        const asked = await migrateVm(requestOf(ground.db, ground.world.superuser), { vmId, hostId: other.id })
        return sagaOfTask(ground.db, asked.taskId)
      },
      check: async (ending) => {
        const [row] = await em.execute<{ host_id: string; reserved: string[]; moves: number; numbers: { isLive: boolean } | null }[]>(`
          select host_id, array(select host_id::text from reservation where vm_id = vm.id and host_id is not null) as reserved,
            (select count(*)::int from reservation where vm_id = vm.id and reason = 'move') as moves, last_migration as numbers from vm where id = ?`, [vmId])
        const isMoved = row!.host_id === other.id
        // What arrived before it could be taken back stays there, and the books say so.
        if (ending === 'done') assert.ok(isMoved)
        assertMachine(isMoved ? destination : place, isMoved ? place : destination, { domainUuid, power: from, boots, ports: plan.ports })
        assert.deepEqual([row!.reserved, row!.moves, row!.numbers?.isLive], [[row!.host_id], 0, isMoved ? from !== 'stopped' : undefined])
        assert.deepEqual([...place.host.storage.folder('/pool').volumes.keys()].sort(), volumes)
        await em.execute('delete from vm where id = ?', [vmId])
        await em.execute('delete from host where id = ?', [other.id])
      },
    }
  },
})
