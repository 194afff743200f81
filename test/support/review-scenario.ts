// The review of a frozen host: one VM that was just being made and is on the host, one only in the books, one only on the host.
import assert from 'node:assert/strict'
import { takeInventory } from '../../jobs/review/look.ts'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { reviewHost } from '../../server/app/host-review.ts'
import { ownershipOf, storeInventory } from '../../server/db/queries/host-review.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import { newId } from '../../server/model/id.ts'
import { newPlace, patient, sagaOfTask, standingVm } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

export const reviewHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-review',
  title: 'after a restore',
  async makeWorld() {
    const place = await newPlace(ground)
    const em = ground.db.em.fork()
    const hostId = newId()
    const [kept, missing] = [await standingVm(ground, place), await standingVm(ground, place)]
    const driver = openSimulatedHost(place.host).bind(patient)
    const fabric = openSimulatedFabric(place.fabric).bind(patient)
    await driver.removeVm(missing.plan.domainUuid)
    const orphan = { ...kept.plan.domain, domainUuid: newId(), owner: { ...kept.plan.domain.owner, vmId: newId() }, disks: [], seed: undefined, interfaces: [] }
    await driver.defineVm(orphan)
    await em.execute("insert into host (id, area_id, name, kind, state, frozen_reason, frozen_at) values (?, ?, ?, 'simulated', 'up', 'The database was restored.', now())", [hostId, ground.world.areaId, `frozen-${hostId}`])
    await em.execute("update vm set host_id = ?, phase = case id when ? then 'network' else phase end where id in (?, ?)", [hostId, kept.vmId, kept.vmId, missing.vmId])
    await em.execute('update installation set generation = generation + 1')
    const own = await ownershipOf(em)
    await storeInventory(em, hostId, await takeInventory(em, hostId, driver, fabric))
    const before = place.inventory()
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await reviewHost(requestOf(ground.db, ground.world.superuser), { hostId })).taskId),
      check: async (ending) => {
        const [{ frozen }] = await em.execute<[{ frozen: boolean }]>('select frozen_at is not null as frozen from host where id = ?', [hostId])
        assert.equal(frozen, ending !== 'done')
        const rows = await em.execute<{ id: string; phase: string; power: string }[]>('select id, phase, observed_power as power from vm where host_id = ?', [hostId])
        const phaseOf = (id: string) => rows.find((row) => row.id === id)?.phase
        if (ending !== 'done') {
          assert.equal(place.inventory(), before)
          assert.deepEqual([phaseOf(kept.vmId), phaseOf(missing.vmId)], ['network', 'ready'])
        } else {
          assert.deepEqual([phaseOf(kept.vmId), phaseOf(missing.vmId)], ['ready', 'failed'])
          const generationOf = (domainUuid: string) => place.host.vms.get(domainUuid)?.spec.owner.generation
          assert.equal(generationOf(kept.plan.domainUuid), own.generation)
          assert.equal(generationOf(orphan.domainUuid), own.generation - 1, 'what the books do not know is left alone')
          const { volumes } = place.host.storage.folder('/pool')
          assert.deepEqual(JSON.parse(Buffer.from(volumes.get(markerVolume)!.content!, 'base64').toString()), { installation: own.installationId, generation: own.generation, epoch: own.epoch, pool: ground.world.poolId })
          // But for the stamps and the marker the host is as it was.
          volumes.delete(markerVolume)
          place.host.vms.get(kept.plan.domainUuid)!.spec.owner.generation = own.generation - 1
          assert.equal(place.inventory(), before)
        }
        await em.execute('delete from vm where host_id = ?', [hostId])
        await em.execute("update host set state = 'retired', frozen_reason = null, frozen_at = null where id = ?", [hostId])
      },
    }
  },
})
