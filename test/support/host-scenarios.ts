// The sagas of hosts that stand, as the harness plays them.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { checkHost } from '../../server/app/host-enrol.ts'
import { prepareHost, restrictHostKey } from '../../server/app/host-prepare.ts'
import { silentReport } from '../../server/machine/driver.ts'
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

export const prepareHostScenario = (ground: Ground): Scenario => ({
  saga: 'host-prepare',
  title: 'without a public bridge and a pool folder',
  async makeWorld() {
    const place = await newPlace(ground)
    const hostId = await newHostRow(ground)
    const em = ground.db.em.fork()
    place.fabric.bridges.splice(place.fabric.bridges.findIndex(({ name }) => name === 'public-br'), 1)
    place.machine.missing.add('/pool')
    const { timeMs: _timeMs, ...seen } = place.machine.report(['/pool'])
    await em.execute('update host set discovery = ? where id = ?', [JSON.stringify({ ...silentReport('none'), ...seen, bridges: [{ name: 'private-br', kind: 'ovs', uplinks: ['eth2'] }] }), hostId])
    const before = place.inventory()
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await prepareHost(requestOf(ground.db, ground.world.superuser), { hostId, publicUplink: 'eth1', poolFolders: true })).taskId),
      check: async (ending) => {
        if (ending !== 'done') assert.equal(place.inventory(), before, 'all that was made is gone again')
        else {
          assert.deepEqual(place.machine.bridges.map(({ name, uplinks }) => [name, uplinks]), [['private-br', ['eth2']], ['public-br', ['eth1']]])
          assert.equal(place.machine.missing.size, 0)
          const [row] = await em.execute<{ checklist: { state: string }[] }[]>('select checklist from host where id = ?', [hostId])
          assert.deepEqual(row!.checklist.filter(({ state }) => state === 'failed'), [])
        }
        await em.execute('delete from host where id = ?', [hostId])
      },
    }
  },
})

export const restrictHostKeyScenario = (ground: Ground): Scenario => ({
  saga: 'host-restrict-key',
  title: 'in service',
  async makeWorld() {
    const place = await newPlace(ground)
    const hostId = await newHostRow(ground)
    const em = ground.db.em.fork()
    await em.execute("update host set ssh_public_key = 'ssh-ed25519 AAAA kloudak' where id = ?", [hostId])
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await restrictHostKey(requestOf(ground.db, ground.world.superuser), { hostId })).taskId),
      check: async (ending) => {
        const [row] = await em.execute<{ noted: boolean }[]>('select ssh_key_restricted_at is not null as noted from host where id = ?', [hostId])
        // A restricted key cannot lift its own restriction: a cancel that comes too late finds it done.
        if (ending === 'done') assert.ok(place.machine.isRestricted && row!.noted)
        if (row!.noted) assert.ok(place.machine.isRestricted, 'nothing is noted that was not done')
        await em.execute('delete from host where id = ?', [hostId])
      },
    }
  },
})
