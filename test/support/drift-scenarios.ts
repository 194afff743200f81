// The repair of each kind of difference, as the harness plays it: it may be carried out in any ending, but half done in none.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { repairDrift } from '../../server/app/drift-repair.ts'
import { writeDrift } from '../../server/db/queries/drift.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import type { DriftKind } from '../../server/model/drift.ts'
import { newId } from '../../server/model/id.ts'
import { newPlace, patient, sagaOfTask, standingVm } from './saga-ground.ts'
import type { Ground, Place } from './saga-ground.ts'
import type { VmPlan } from '../../jobs/sagas/vm-plan.ts'
import { requestOf } from './verbs.ts'

interface Broken { subject: string; vmId: string | null; onHost: boolean; isRight: () => boolean }
type Break = (ground: Ground, place: Place, vm: { vmId: string; plan: VmPlan }) => Promise<Broken>

/** One that is mended, and one that takes something away; the other kinds go the same way through the same steps. */
const breaks = {
  'port-vlan': async (_ground, { fabric }, { vmId, plan: { ports: [port] } }) => {
    fabric.disturb(port!.portId, { vlan: 4000 })
    return { subject: port!.portId, vmId, onHost: true, isRight: () => fabric.ports.get(port!.portId)!.vlan === port!.vlan }
  },
  'volume-extra': async ({ pool }, place) => {
    const vmId = newId()
    const name = `${vmId}-disk-0.qcow2`
    await openSimulatedHost(place.host).bind(patient).createVolume(pool, { name, capacityBytes: 2 ** 20, backing: undefined })
    return { subject: name, vmId, onHost: false, isRight: () => !place.host.storage.folder('/pool').volumes.has(name) }
  },
} satisfies Partial<Record<DriftKind, Break>>

export const repairScenario = (ground: Ground, kind: keyof typeof breaks): Scenario => ({
  saga: 'drift-repair',
  title: kind,
  async makeWorld() {
    const place = await newPlace(ground)
    const em = ground.db.em.fork()
    const vm = await standingVm(ground, place)
    const whole = place.inventory()
    const { subject, vmId, onHost, isRight } = await breaks[kind](ground, place, vm)
    const broken = place.inventory()
    const where = { areaId: ground.host.areaId, hostId: onHost ? ground.host.id : null, poolId: onHost ? null : ground.world.poolId }
    const [drift] = await writeDrift(em, [{ kind, ...where, vmId, subject, message: 'They differ.' }], 0)
    const driftId = drift!.id
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await repairDrift(requestOf(ground.db, ground.world.superuser), { driftId })).taskId),
      check: async (ending) => {
        const [row] = await em.execute<{ repaired: boolean; resolved: boolean }[]>('select repaired_at is not null as repaired, resolved_at is not null as resolved from drift where id = ?', [driftId])
        assert.deepEqual(row, { repaired: ending === 'done', resolved: ending === 'done' })
        if (ending === 'done') assert.ok(isRight())
        assert.equal(place.inventory(), isRight() ? whole : broken)
        await em.execute('delete from drift where id = ?', [driftId])
        await em.execute('delete from vm where id = ?', [vm.vmId])
      },
    }
  },
})
