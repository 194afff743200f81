// A pool of Ceph's block devices: a cluster on the first host of the lab, used by both.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { must, run } from '../../lab/command.ts'
import { startCeph } from '../../lab/storage/ceph.ts'
import type { LabCeph } from '../../lab/storage/ceph.ts'
import type { LabHost } from '../../lab/lab.ts'
import type { HypervisorDriver, HypervisorHost, PoolRef } from '../../server/hypervisor/driver.ts'
import { MiB } from '../../server/model/units.ts'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { askPool, endOf, importInto, readPool } from '../support/cloud-pools.ts'
import { askOfVm, askVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { countingUserData, isCounting, readRaw } from '../support/counting-guest.ts'
import { guestImage } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import { openLabHypervisor } from '../support/lab-hypervisor.ts'
import { useLab } from '../support/lab.ts'
import { patient } from '../support/saga-ground.ts'
import { until } from '../support/until.ts'

suite('a pool of Ceph', { timeout: 600_000 }, () => {
  let ceph: LabCeph
  const given = useLab({ hosts: 2, setUp: async (lab) => { ceph = await startCeph(lab) } })
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ lab: given.lab, env: { KLOUDAK_HOST_DOWN_AFTER: '5s' } }) }, { timeout: 300_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  const exec = (index: number, ...argv: string[]) => given.lab.exec(index, argv)
  const poolsOn = async (index: number) => (await exec(index, 'virsh', 'pool-list', '--all', '--name')).stdout.split('\n').map((name) => name.trim()).filter((name) => name !== '').sort()
  const secretsOn = async (index: number) => (await exec(index, 'virsh', 'secret-list')).stdout.split('\n').filter((line) => line.includes('ceph')).length
  const inCeph = async () => (await exec(1, 'rbd', '-c', '/var/lib/kloudak-ceph/ceph.conf', 'ls', 'vms')).stdout.split('\n').filter((name) => name !== '').sort()
  let poolId: string

  test('a mutation gives both hosts the key and the pool, and nobody is told the key', async () => {
    const { monitors, pool, user, secret } = ceph
    const wrong = await askPool(cloud, 'createPool', { areaId: cloud.areaId, name: 'ceph', rbd: { monitors, pool, user, secret: randomBytes(28).toString('base64') } })
    const refused = await endOf(cloud, wrong.taskId)
    assert.equal(refused.state, 'FAILED')
    assert.match(refused.message ?? '', /Host hv1 cannot start the pool ceph: /)
    assert.equal((await endOf(cloud, (await askPool(cloud, 'deletePool', { poolId: wrong.id })).taskId)).state, 'DONE')

    const made = await askPool(cloud, 'createPool', { areaId: cloud.areaId, name: 'ceph', rbd: { monitors, pool, user, secret } })
    assert.deepEqual(await endOf(cloud, made.taskId), { state: 'DONE', message: undefined })
    poolId = made.id
    const found = await readPool(cloud, poolId)
    assert.deepEqual([found?.state, found?.kind, found?.hosts.map(({ host, state }) => `${host.name} ${state}`)], ['READY', 'RBD', ['hv1 READY', 'hv2 READY']])
    for (const index of [1, 2]) assert.deepEqual([await poolsOn(index), await secretsOn(index)], [['ceph', 'pool-1'], 1])
    const [marker, ...more] = await inCeph()
    assert.match(marker ?? '', /^kloudak-marker\./)
    assert.deepEqual(more, [])
    assert.equal(JSON.stringify([cloud.server.lines, ...cloud.workers.map(({ lines }) => lines)]).includes(secret), false)
    const kept = await cloud.db.em.fork().execute('select (select json_agg(task) from task)::text || (select json_agg(saga) from saga)::text || (select json_agg(audit) from audit)::text || (select json_agg(pool) from pool)::text as all')
    assert.equal(JSON.stringify(kept).includes(secret), false)
    for (const index of [1, 2]) assert.notEqual((await exec(index, 'grep', '-r', '-F', secret, '/etc/libvirt', '/var/log/libvirt')).code, 0)
  })

  test('volumes are written, read, layered, copied and deleted through libvirt alone', async () => {
    const host: HypervisorHost = openLabHypervisor(given.lab.hosts[1]!)
    try {
      const driver: HypervisorDriver = host.bind({ ...patient, timeoutMs: 60_000 })
      const { monitors, pool, user } = ceph
      const [{ id }] = await cloud.db.em.fork().execute<[{ id: string }]>("select id from pool where kind = 'rbd'")
      const ref: PoolRef = { name: 'ceph', path: pool, source: { kind: 'rbd', monitors, pool, user, secretUuid: id } }
      const content = randomBytes(300 * 1024)
      const upload = () => driver.uploadVolume(ref, { name: 'note', format: 'raw', sizeBytes: content.length, data: (async function* () { yield content })() })
      assert.equal((await upload()).path, `${pool}/note`)
      content.fill(7, 0, 4096)
      await upload()
      assert.deepEqual(Buffer.from((await driver.readVolume(ref, 'note', MiB))!), content)
      await assert.rejects(driver.readVolume(ref, 'note', 1024), { code: 'CONFLICT' })
      const layer = { name: 'layer', capacityBytes: 8 * MiB, backing: { path: `${pool}/note`, format: 'raw' as const } }
      for (let time = 0; time < 2; time++) assert.equal((await driver.createVolume(ref, layer)).capacityBytes, 8 * MiB)
      await assert.rejects(driver.deleteVolume(ref, 'note', { wipe: false }), { code: 'INTERNAL' }, 'an image keeps its layers')
      const whole = { ...layer, name: 'whole', backing: { ...layer.backing, whole: true } }
      for (let time = 0; time < 2; time++) assert.equal((await driver.createVolume(ref, whole)).capacityBytes, 8 * MiB)
      const parents = async (name: string) => (await exec(1, 'rbd', '-c', '/var/lib/kloudak-ceph/ceph.conf', 'info', `vms/${name}`)).stdout.includes('parent:')
      assert.deepEqual([await parents('layer'), await parents('whole')], [true, false])
      for (const name of ['layer', 'whole']) assert.equal(await driver.checksumVolume(ref, name, content.length), await driver.checksumVolume(ref, 'note', content.length), name)
      for (const name of ['layer', 'whole', 'note']) { await driver.deleteVolume(ref, name, { wipe: name === 'note' }); await driver.deleteVolume(ref, name, { wipe: true }) }
      assert.equal((await inCeph()).length, 1, 'the marker alone')
      assert.equal((await exec(2, 'ls', '-A', '/var/lib/libvirt/kloudak-staging')).stdout, '')
      assert.equal((await exec(2, 'virsh', 'list', '--all', '--name')).stdout.trim(), '')
    } finally { await host.close() }
  })

  test('a VM boots from it, linked and as a full copy, and goes without a trace', async () => {
    await importInto(cloud, poolId, await guestImage())
    const before = await inCeph()
    assert.equal(before.length, 2, 'marker and image')
    const password = 'correct horse'
    const [linked, full] = [await askVm(cloud, 'linked', { password }), await askVm(cloud, 'full', { template: 'full' })]
    for (const { id } of [linked, full]) await vmIs(cloud, id, 'UP')
    // It has read its disk and its seed, and its disk has the size that was asked for.
    const shell = await openGuestShell(cloud, linked.id, password)
    assert.match((await shell.run('sync; cat /sys/block/vda/size')).output, /2097152/)
    shell.close()
    assert.equal((await inCeph()).length, 6, 'a disk and a seed for each')
    assert.match((await askPool(cloud, 'deletePool', { poolId })).refusal ?? '', /CONFLICT: The pool ceph has disks of the VMs full, linked/)
    for (const { id } of [linked, full]) await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', id))
    assert.deepEqual(await inCeph(), before)
  })

  test('Ceph cuts a host off that nobody reaches but that still runs its guest: it writes no more, and the VM runs elsewhere', async (t) => {
    const hosts = new Map((await cloud.ask<{ hosts: { edges: { node: { id: string; name: string } }[] } }>('{ hosts(first: 10) { edges { node { id name } } } }')).hosts.edges.map(({ node }) => [node.name, node.id]))
    const em = cloud.db.em.fork()
    const [hv1, hv2] = given.lab.hosts as [LabHost, LabHost]
    // The worker's machine reaches the monitors by way of their host.
    await must('ip', ['route', 'add', `${hv1.storageAddress}/32`, 'via', hv1.address])
    after(() => run('ip', ['route', 'del', `${hv1.storageAddress}/32`]))
    const added = await cloud.ask<{ addFenceDevice: { device?: { id: string }; message?: string } }>('mutation($input: AddFenceDeviceInput!) { addFenceDevice(input: $input) { ... on AddFenceDevicePayload { device { id } } ... on UserError { message } } }', { input: { hostId: hosts.get('hv2'), kind: 'CEPH', address: hv2.storageAddress } })
    assert.ok(added.addFenceDevice.device, added.addFenceDevice.message ?? '')
    const { id: deviceId } = added.addFenceDevice.device
    const { testFenceDevice } = await cloud.ask<{ testFenceDevice: { task: { id: string } } }>('mutation($input: TestFenceDeviceInput!) { testFenceDevice(input: $input) { ... on TestFenceDevicePayload { task { id } } } }', { input: { deviceId } })
    assert.deepEqual(await endOf(cloud, testFenceDevice.task.id), { state: 'DONE', message: undefined })
    assert.deepEqual(await em.execute('select test_result as said from fence_device'), [{ said: 'on' }])

    await em.execute("update host set duty = 'maintenance' where name = 'hv1'")
    const vm = await askVm(cloud, 'counts', { userData: countingUserData })
    await vmIs(cloud, vm.id, 'UP')
    await em.execute("update host set duty = 'service'")
    const row = async () => (await cloud.db.em.fork().execute<{ uuid: string; host: string; observed: string; volume: string }[]>("select domain_uuid as uuid, host.name as host, observed_power as observed, disk.volume from vm join host on host.id = vm.host_id join disk on disk.vm_id = vm.id where vm.name = 'counts'"))[0]!
    const { uuid, volume } = await row()
    assert.equal((await row()).host, 'hv2')
    await until('the guest to count', () => isCounting(given.lab, 2, uuid), 120_000)

    const stateOf = async (name: string) => (await cloud.db.em.fork().execute<{ state: string }[]>('select state from host where name = ?', [name]))[0]!.state
    const at = performance.now()
    const since = () => Math.round((performance.now() - at) / 100) / 10
    await given.lab.cut(2, 'mgmt')
    await until('hv2 to be cut off from Ceph', async () => (await stateOf('hv2')) === 'fenced', 120_000)
    const fencedAfter = since()
    await until('the VM to run on hv1', async () => { const now = await row(); return now.host === 'hv1' && now.observed === 'running' }, 120_000)
    t.diagnostic(`cut off: fenced after ${fencedAfter} s, running elsewhere after ${since()} s`)
    const machines = () => given.lab.hosts.map(async ({ index }) => (await exec(index, 'pgrep', '-f', `qemu-system.*${uuid}`)).code === 0)
    assert.deepEqual(await Promise.all(machines()), [true, true], 'the old machine is still there: only its storage is gone')
    const { node: { failover } } = await cloud.ask<{ node: { failover: { proof: { method: string; detail: string } } } }>('query($id: ID!) { node(id: $id) { ... on Host { failover { proof { method detail } } } } }', { id: hosts.get('hv2') })
    assert.deepEqual(failover.proof, { method: 'STORAGE', detail: `Ceph has cut it off at ${hv2.storageAddress}: what still runs there writes no more.` })
    const refused = await cloud.ask<{ removeFenceDevice: { code?: string } }>('mutation($input: RemoveFenceDeviceInput!) { removeFenceDevice(input: $input) { ... on UserError { code } } }', { input: { deviceId } })
    assert.equal(refused.removeFenceDevice.code, 'WRONG_STATE')
    await until('the guest to count on hv1', () => isCounting(given.lab, 1, uuid), 120_000)

    const blocked = async () => (await exec(1, 'ceph', '-c', '/var/lib/kloudak-ceph/ceph.conf', 'osd', 'blocklist', 'ls')).stdout.split('\n').filter((line) => line.startsWith(`${hv2.storageAddress}:0/0 `)).length
    assert.equal(await blocked(), 1)
    await given.lab.heal(2, 'mgmt')
    await until('hv2 to be up again', async () => (await stateOf('hv2')) === 'up', 120_000)
    assert.deepEqual([await Promise.all(machines()), await blocked()], [[true, false], 0], 'cleaned, and let in again')
    await taskEnds(cloud, await askOfVm(cloud, 'stopVm', vm.id))
    const raw = '/var/lib/kloudak-ceph/counted'
    assert.equal((await exec(1, 'rbd', '-c', '/var/lib/kloudak-ceph/ceph.conf', 'export', '--no-progress', `vms/${volume}`, raw)).code, 0)
    const { boots, count } = await readRaw((argv) => given.lab.exec(1, argv), raw)
    t.diagnostic(`counted to ${count} in ${boots} boots`)
    assert.equal(boots, 2)
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', vm.id))
  })

  test('its deletion leaves neither pool nor key on the hosts, and what is in Ceph', async () => {
    assert.deepEqual(await endOf(cloud, (await askPool(cloud, 'deletePool', { poolId })).taskId), { state: 'DONE', message: undefined })
    for (const index of [1, 2]) assert.deepEqual([(await poolsOn(index)).filter((name) => name !== 'kloudak-staging'), await secretsOn(index)], [['pool-1'], 0])
    const [image, ...more] = await inCeph()
    assert.match(image ?? '', /^image-/)
    assert.deepEqual(more, [])
  })
})
