import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveUpMove, promiseElsewhere, settleMove } from '../../server/db/queries/vm-move.ts'
import { useTestDb } from '../support/db.ts'
import { makeManyVms } from '../support/many-vms.ts'

const { db } = await useTestDb()
await makeManyVms(db, 3)
const em = db.em.fork()
const [vm] = await em.execute<{ id: string; host_id: string; area_id: string }[]>('select id, host_id, area_id from vm order by id limit 1')
const promises = () => em.execute<{ host_id: string; reason: string }[]>('select host_id, reason from reservation where vm_id = ? and host_id is not null order by reason', [vm!.id])
const hostOf = async () => (await em.execute<{ host_id: string }[]>('select host_id from vm where id = ?', [vm!.id]))[0]!.host_id
const promise = (more: { exclude?: string[]; to?: string } = {}) => em.transactional((em) => promiseElsewhere(em, { vmId: vm!.id, ...more }))

await em.execute("insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) select gen_random_uuid(), id, host_id, vcpus, memory_bytes, 'vm' from vm")

test('room is promised once on another host, and given up or taken', async () => {
  const to = await promise()
  assert.notEqual(to, vm!.host_id)
  assert.equal(await promise(), to, 'asking again finds the promise')
  assert.deepEqual(await promises(), [{ host_id: to, reason: 'move' }, { host_id: vm!.host_id, reason: 'vm' }])
  await giveUpMove(em, vm!.id)
  assert.deepEqual(await promises(), [{ host_id: vm!.host_id, reason: 'vm' }])
  const again = await promise()
  for (let time = 0; time < 2; time++) {
    await settleMove(em, { vmId: vm!.id, hostId: again })
    assert.deepEqual(await promises(), [{ host_id: again, reason: 'vm' }])
    assert.equal(await hostOf(), again)
  }
})

test('the host that was named is taken, and none that is excluded, on another duty or full', async () => {
  const on = await hostOf()
  const others = (await em.execute<{ id: string }[]>('select id from host where id <> ? order by id', [on])).map(({ id }) => id)
  assert.equal(await promise({ to: others[3]! }), others[3])
  await giveUpMove(em, vm!.id)
  await em.execute("update host set duty = 'draining' where id = ?", [others[0]])
  await em.execute('update host set reserved_memory_bytes = memory_bytes where id = ?', [others[1]])
  assert.equal(await promise({ exclude: others.slice(3) }), others[2])
  await giveUpMove(em, vm!.id)
  await assert.rejects(promise({ to: others[0]! }), { code: 'NO_CAPACITY' })
  await assert.rejects(promise({ to: on }), { code: 'NO_CAPACITY' })
  await assert.rejects(promise({ exclude: others }), { code: 'NO_CAPACITY' })
  assert.deepEqual((await promises()).map(({ reason }) => reason), ['vm'])
})
