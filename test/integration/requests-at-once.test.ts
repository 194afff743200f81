// Many requests at once against several server processes on one database: exactly the right number succeed, nothing is
// made twice, nothing stands half, and nothing is left when all is deleted. A worker carries the tasks out meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB, MiB } from '../../server/model/units.ts'
import { allAtOnce, cloud, countOf, deleteAll, idsOf, newNetwork, newWorkspace, nothingIsBroken, nothingIsLeft, requests, tally, vms } from '../support/at-once.ts'

const room = 23
/** Limits that let in exactly `room` VMs of one vCPU, 128 MiB, 1 GiB and one address. */
const limits = { VMS: room, VCPUS: room, MEMORY_BYTES: room * 128 * MiB + 127 * MiB, DISK_BYTES: room * GiB + GiB / 2, ADDRESSES: room }
const fieldOf: Record<string, string> = { VMS: 'workspaceId', VCPUS: 'vcpus', MEMORY_BYTES: 'memoryBytes', DISK_BYTES: 'diskBytes', ADDRESSES: 'interfaces' }

for (const [resource, limit] of Object.entries(limits)) {
  test(`${requests} creates at once at the quota of ${resource}: ${room} stand`, async () => {
    const workspaceId = await newWorkspace(`quota of ${resource}`, [{ resource, limit }])
    const networkId = await newNetwork(workspaceId, 'lan', '10.1.0.0/22')
    const answers = await vms(workspaceId, () => ({ interfaces: [{ networkId }] }))
    await nothingIsBroken()
    assert.deepEqual(tally(answers), { CreateVmPayload: room, [`QUOTA_EXCEEDED ${fieldOf[resource]} ${resource}`]: requests - room })
    assert.deepEqual([await countOf('vm', workspaceId), idsOf(answers).size, await countOf('task', workspaceId)], [room, room, room + 1])
    for (const { quota, used, limit: most } of answers) if (quota) assert.ok(most === limit && used! <= limit)
    await deleteAll(workspaceId)
    await nothingIsLeft()
  })
}

test(`${requests} networks at once at their quota: ${room} stand, and none has another's VLAN`, async () => {
  const workspaceId = await newWorkspace('quota of networks', [{ resource: 'NETWORKS', limit: room }])
  const answers = await allAtOnce('createNetwork', Array.from({ length: requests }, (_, index) => ({ workspaceId, areaId: cloud.areaId, name: `net-${index}`, subnets: [{ cidr: '10.0.0.0/24' }] })))
  await nothingIsBroken()
  assert.deepEqual(tally(answers), { CreateNetworkPayload: room, 'QUOTA_EXCEEDED workspaceId NETWORKS': requests - room })
  assert.equal(await countOf('network', workspaceId), room)
  await deleteAll(workspaceId)
  await nothingIsLeft()
})
