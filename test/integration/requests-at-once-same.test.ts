// As the file beside: many requests at once for the same addresses, names and keys, and a limit that changes meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { act, allAtOnce, cloud, countOf, deleteAll, em, idsOf, newNetwork, newWorkspace, nothingIsBroken, nothingIsLeft, requests, tally, vms } from '../support/at-once.ts'
import { until } from '../support/until.ts'

test(`${requests} creates at once in an area with 29 addresses: 29 stand`, async () => {
  const workspaceId = await newWorkspace('few addresses')
  const networkId = await newNetwork(workspaceId, 'small', '10.2.0.0/27')
  const answers = await vms(workspaceId, () => ({ interfaces: [{ networkId }] }))
  await nothingIsBroken()
  assert.deepEqual(tally(answers), { CreateVmPayload: 29, 'NO_CAPACITY interfaces.0.networkId': requests - 29 })
  assert.equal(await countOf('vm', workspaceId), 29)
  const given = await em.execute<{ ip: string }[]>('select distinct host(ip) as ip from address where released_at is null')
  assert.deepEqual(given.map(({ ip }) => Number(ip.split('.')[3])).sort((a, b) => a - b), Array.from({ length: 29 }, (_, index) => index + 2))
  await deleteAll(workspaceId)
  await nothingIsLeft()
})

test(`${requests} creates at once with ten names: each stands once`, async () => {
  const workspaceId = await newWorkspace('equal names')
  const answers = await vms(workspaceId, (index) => ({ name: `same-${index % 10}` }))
  await nothingIsBroken()
  assert.deepEqual(tally(answers), { CreateVmPayload: 10, 'CONFLICT name': requests - 10 })
  const networks = await allAtOnce('createNetwork', Array.from({ length: requests }, () => ({ workspaceId, areaId: cloud.areaId, name: 'same', subnets: [{ cidr: '10.0.0.0/24' }] })))
  await nothingIsBroken()
  assert.deepEqual(tally(networks), { CreateNetworkPayload: 1, 'CONFLICT name': requests - 1 })
  await deleteAll(workspaceId)
  await nothingIsLeft()
})

test(`${requests} creates at once with ten idempotency keys: ten stand, and every repetition is told the same`, async () => {
  const workspaceId = await newWorkspace('equal keys', [{ resource: 'VMS', limit: 10 }])
  const answers = await vms(workspaceId, (index) => ({ name: `vm-${index % 10}`, idempotencyKey: `key-${index % 10}` }))
  await nothingIsBroken()
  assert.deepEqual(tally(answers), { CreateVmPayload: requests })
  for (let key = 0; key < 10; key++) assert.equal(new Set(answers.filter((_, index) => index % 10 === key).map(({ vm, task }) => `${vm?.id} ${task?.id}`)).size, 1)
  assert.deepEqual([idsOf(answers).size, await countOf('vm', workspaceId), await countOf('task', workspaceId)], [10, 10, 10])
  // One key, each time with another input: the first that comes is done, and all others are refused.
  const others = await newWorkspace('one key')
  assert.deepEqual(tally(await vms(others, () => ({ idempotencyKey: 'one' }))), { CreateVmPayload: 1, 'CONFLICT idempotencyKey': requests - 1 })
  await nothingIsBroken()
  await deleteAll(workspaceId)
  await deleteAll(others)
  await nothingIsLeft()
})

test('a limit that is lowered in the middle of many creates: no more than it comes behind it', async () => {
  const workspaceId = await newWorkspace('lowered', [{ resource: 'VMS', limit: requests }])
  const creates = vms(workspaceId, () => ({}))
  await until('some to stand', async () => (await countOf('vm', workspaceId)) > 5)
  await act(1, 'setWorkspaceQuota', { workspaceId, limits: [{ resource: 'VMS', limit: 0 }] })
  const had = await countOf('vm', workspaceId)
  const answers = await creates
  assert.deepEqual(tally(answers), { CreateVmPayload: had, 'QUOTA_EXCEEDED workspaceId VMS': requests - had })
  assert.equal(await countOf('vm', workspaceId), had)
  await deleteAll(workspaceId)
  await nothingIsLeft()
})
