// The sagas of hosts that stand, as the harness plays them.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { checkHost } from '../../server/app/host-enrol.ts'
import { newId } from '../../server/model/id.ts'
import { newPlace, sagaOfTask } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

/** A host in service of its own in the books, which the ground's one place stands for. */
export async function newHostRow({ db, world }: Ground): Promise<string> {
  const hostId = newId()
  await db.em.fork().execute("insert into host (id, area_id, name, kind, state) values (?, ?, ?, 'simulated', 'up')", [hostId, world.areaId, `host-${hostId}`])
  return hostId
}

export const checkHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-check',
  title: 'in service',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const hostId = await newHostRow(ground)
    place.fabric.bridges.pop()
    place.fabric.bridges.push({ name: 'other-br', datapathType: 'system', uplinks: ['eth1'] })
    const disturbed = place.inventory()
    assert.notEqual(disturbed, before)
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await checkHost(requestOf(ground.db, ground.world.superuser), { hostId })).taskId),
      check: async (ending) => {
        assert.equal(place.inventory(), disturbed, 'a look changes nothing')
        const em = ground.db.em.fork()
        const [row] = await em.execute<{ state: string; checklist: { point: string; state: string; subject: string | null }[]; nics: number | null }[]>("select state, checklist, jsonb_array_length(discovery -> 'nics') as nics from host where id = ?", [hostId])
        assert.equal(row!.state, 'up', 'what fails in a look takes nobody out of service')
        if (ending === 'done') {
          assert.deepEqual(row!.checklist.filter(({ state }) => state !== 'passed').map(({ point, subject, state }) => [point, subject, state]), [['publicBridge', 'public-br', 'failed']])
          assert.equal(row!.nics, 4)
        }
        await em.execute('delete from host where id = ?', [hostId])
      },
    }
  },
})
