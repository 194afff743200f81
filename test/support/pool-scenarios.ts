// Pools made, proven anew and taken away, in an area with two hosts.
import assert from 'node:assert/strict'
import { markPool } from '../../jobs/review/pool-check.ts'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { deletePool, setPoolMaintenance } from '../../server/app/pool-life.ts'
import { createPool } from '../../server/app/pool.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import type { PoolRef } from '../../server/hypervisor/driver.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { newPlace, patient, sagaOfTask } from './saga-ground.ts'
import type { Ground, Place } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

const source = { kind: 'netfs', format: 'glusterfs', hosts: ['10.0.0.1'], path: '/volume' } as const

/** A second host of the area, which stays: who writes into a pool is another than who reads it. */
async function lay(ground: Ground): Promise<Place> {
  const beside = { id: ground.world.workspaceId, name: 'beside', areaId: ground.world.areaId }
  await ground.db.em.fork().execute("insert into host (id, area_id, name, kind, state) values (?, ?, ?, 'simulated', 'up') on conflict do nothing", [beside.id, ground.world.areaId, beside.name])
  return newPlace(ground, {}, [beside])
}

/** A pool in the books and on the hosts, with our marker and a file of somebody in it. */
async function standingPool(ground: Ground, place: Place): Promise<{ id: string; ref: PoolRef }> {
  const em = ground.db.em.fork()
  const id = newId()
  const ref: PoolRef = { name: `pool-${id}`, path: `/srv/${id}`, source: { ...source, hosts: [...source.hosts] } }
  await em.execute("insert into pool (id, area_id, name, path, kind, source, marked_at) values (?, ?, ?, ?, 'netfs', ?::jsonb, now())", [id, ground.world.areaId, ref.name, ref.path, JSON.stringify(source)])
  const hypervisor = openSimulatedHost(place.host).bind(patient)
  for (const host of [place.host, ...place.others.map((other) => other.host)]) await openSimulatedHost(host).bind(patient).ensurePool(ref)
  await hypervisor.createVolume(ref, { name: 'somebody.qcow2', capacityBytes: MiB, backing: undefined })
  await markPool(em, { hostName: 'host', hypervisor }, { id, name: ref.name, ref, secret: undefined, wasMarked: false })
  return { id, ref }
}

export const createPoolScenario = (ground: Ground): Scenario => ({
  saga: 'pool-create',
  title: 'of GlusterFS on two hosts',
  async makeWorld() {
    const place = await lay(ground)
    const before = place.inventory()
    const name = `pool-${newId()}`
    let poolId: string
    return {
      ...place,
      ask: async () => {
        const { objectId, taskId } = await createPool(requestOf(ground.db, ground.world.superuser), { areaId: ground.world.areaId, name, netfs: { format: 'glusterfs', hosts: ['10.0.0.1'], sourcePath: `/${name}`, path: `/srv/${name}` } })
        poolId = objectId
        return sagaOfTask(ground.db, taskId)
      },
      check: async (ending) => {
        const em = ground.db.em.fork()
        const [row] = await em.execute<{ phase: string; failed: boolean; marked: boolean; size: boolean; hosts: number }[]>(`
          select phase, failure is not null as failed, marked_at is not null as marked, capacity_bytes is not null as size, (select count(*)::integer from pool_host where pool_id = pool.id and state = 'ready') as hosts from pool where id = ?`, [poolId])
        if (ending === 'done') {
          assert.deepEqual(row, { phase: 'ready', failed: false, marked: true, size: true, hosts: 2 })
          assert.deepEqual(place.host.pools.get(name), { active: true, path: `/srv/${name}`, source: { kind: 'netfs', format: 'glusterfs', hosts: ['10.0.0.1'], path: `/${name}` } })
          assert.deepEqual(place.others[0]!.host.pools.get(name), place.host.pools.get(name))
          assert.deepEqual([...place.host.folder(`/srv/${name}`).volumes.keys()], [markerVolume])
        } else {
          assert.equal(place.inventory(), before)
          assert.equal(place.others[0]!.host.pools.has(name), false)
          assert.deepEqual([...place.host.folder(`/srv/${name}`).volumes.keys()], [])
          assert.deepEqual([row?.phase, row?.failed, row?.marked, row?.hosts], ['failed', true, false, 0])
        }
        await em.execute('delete from pool where id = ?', [poolId])
      },
    }
  },
})

export const refreshPoolScenario = (ground: Ground): Scenario => ({
  saga: 'pool-refresh',
  title: 'at the end of a maintenance',
  async makeWorld() {
    const place = await lay(ground)
    const { id } = await standingPool(ground, place)
    const em = ground.db.em.fork()
    await em.execute('update pool set maintenance_at = now() where id = ?', [id])
    const before = place.inventory()
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await setPoolMaintenance(requestOf(ground.db, ground.world.superuser), { poolId: id, maintenance: false })).taskId),
      check: async (ending) => {
        assert.equal(place.inventory(), before)
        const [row] = await em.execute<{ over: boolean }[]>('select maintenance_at is null as over from pool where id = ?', [id])
        assert.equal(row?.over, ending === 'done')
        await em.execute('delete from pool where id = ?', [id])
      },
    }
  },
})

export const deletePoolScenario = (ground: Ground): Scenario => ({
  saga: 'pool-delete',
  title: 'with a file of somebody in it',
  async makeWorld() {
    const place = await lay(ground)
    const before = place.inventory()
    const { id, ref } = await standingPool(ground, place)
    return {
      ...place,
      ask: async () => sagaOfTask(ground.db, (await deletePool(requestOf(ground.db, ground.world.superuser), { poolId: id })).taskId),
      check: async () => {
        assert.equal(place.inventory(), before)
        assert.equal(place.others[0]!.host.pools.has(ref.name), false)
        assert.deepEqual([...place.host.folder(ref.path).volumes.keys()], ['somebody.qcow2'])
        assert.deepEqual(await ground.db.em.fork().execute('select 1 from pool where id = ?', [id]), [])
      },
    }
  },
})
