// Many simulated hosts and VMs put into the books at once: as if each had been enrolled and created, and a worker finds on
// the hosts what the books say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVm } from '../../server/app/vm-create.ts'
import { seedSimulated } from '../../start/simulated-seed.ts'
import { useTestDb } from '../support/db.ts'
import { brokenInvariants } from '../support/invariants.ts'
import { until } from '../support/until.ts'
import { readyNetwork, requestOf } from '../support/verbs.ts'
import { startWorker } from '../support/worker.ts'
import type { TestProcess } from '../support/worker.ts'
import { makeWorld } from '../support/world.ts'

const { db, url } = await useTestDb()
const em = db.em.fork()
const world = await makeWorld(db)
const seed = { areaId: world.areaId, poolId: world.poolId, templateId: world.templateId, hostId: world.hostIds[0]!, hosts: 5, vms: 40 }
const count = async (what: string) => (await em.execute<{ count: number }[]>(`select count(*)::integer as count from ${what}`))[0]!.count

async function withWorker(env: Record<string, string>, work: (worker: TestProcess) => Promise<void>): Promise<void> {
  const worker = startWorker(url, env)
  try {
    await until(`the worker to be ready:\n${worker.output()}`, () => worker.output().includes('the worker is ready'))
    await work(worker)
  } finally {
    worker.child.kill('SIGTERM')
    await worker.ended
  }
}

test('only what is missing is made, and it lacks nothing but the tasks that would have made it', async () => {
  await seedSimulated(db, { ...seed, hosts: 2, vms: 10 })
  await seedSimulated(db, seed)
  await seedSimulated(db, seed)
  assert.deepEqual([await count('host'), await count("host where state = 'up' and facts ->> 'machineType' is not null"), await count('vm')], [5, 5, 40])
  const hosts = await em.execute<{ vms: number; uuid: string }[]>("select count(vm.id)::integer as vms, host.facts ->> 'hostUuid' as uuid from host left join vm on vm.host_id = host.id group by host.id")
  assert.equal(new Set(hosts.map(({ uuid }) => uuid)).size, 5)
  assert.ok(hosts.every(({ vms }) => vms > 0))
  assert.deepEqual(Object.keys(await brokenInvariants(em)).sort(), ['a VM was made by a task', 'a private network has a subnet and a task'])
})

test('a VM that was put there has the same columns as one that was created', async () => {
  const networkId = await readyNetwork(db, world)
  const { objectId } = await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, name: 'created', interfaces: [{ networkId }] })
  await withWorker({}, async () => { await until('it runs', async () => await count(`vm where id = '${objectId}' and phase = 'ready' and observed_power = 'running'`) === 1) })
  const [{ id: seeded }] = await em.execute<[{ id: string }]>("select id from vm where name = 'vm-1'")
  for (const table of ['vm where id', 'disk where vm_id', 'vm_interface where vm_id', 'address where vm_id', 'reservation where host_id is null and vm_id', 'reservation where pool_id is null and vm_id']) {
    const [one, other] = await Promise.all([seeded, objectId].map(async (id) => (await em.execute<Record<string, unknown>[]>(`select * from ${table} = ?`, [id])).map((row) => Object.keys(row).filter((column) => row[column] !== null))))
    assert.equal(one!.length, 1, table)
    assert.deepEqual(one, other, table)
  }
})

test('a worker that starts finds the guests as the books have them, and nothing is news', async () => {
  await em.execute("update vm set observed_power = 'paused', desired_power = 'paused' where name = 'vm-2'")
  await em.execute("update vm set observed_power = 'unknown' where name = 'vm-3'")
  const powers = () => em.execute<{ name: string; power: string }[]>("select name, observed_power as power from vm order by name")
  const expected = (await powers()).map((vm) => vm.name === 'vm-3' ? { ...vm, power: 'running' } : vm)
  await withWorker({}, async () => {
    await until('what was unknown is known', async () => await count("vm where observed_power = 'unknown'") === 0)
    await until('each host to be watched', async () => await count('host_lease') === 5)
    const stopped = await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, name: 'beside' })
    await until('another one runs beside them', async () => await count(`vm where id = '${stopped.objectId}' and observed_power = 'running'`) === 1)
    assert.deepEqual((await powers()).filter(({ name }) => name !== 'beside'), expected)
  })
})

test('guests change by themselves, on hosts that are slow, refuse and fall silent, and the books follow', async () => {
  const changes = () => count("event where object_type = 'vm'")
  await withWorker({ KLOUDAK_SIMULATED_LATENCY: '1ms..5ms', KLOUDAK_SIMULATED_EVENTS: '40', KLOUDAK_SIMULATED_FAILURES: 'refused=1%, lost=1%, away=10/m' }, async () => {
    const before = await changes()
    await until('many changes', async () => await changes() > before + 100, 60_000)
    await until('some are suspended, most run', async () => await count("vm where observed_power = 'paused'") > 5 && await count("vm where observed_power = 'running'") > 5)
  })
})
