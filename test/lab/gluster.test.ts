// A pool that hosts mount: GlusterFS, which the two hosts of the lab serve each other over their storage network.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startGluster } from '../../lab/storage/gluster.ts'
import type { LabGluster } from '../../lab/storage/gluster.ts'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { askImage, askPool, endOf, importInto, readPool } from '../support/cloud-pools.ts'
import { askOfVm, askVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

const path = '/srv/kloudak/gluster'

suite('a pool of GlusterFS', { timeout: 600_000 }, () => {
  let gluster: LabGluster
  const given = useLab({ hosts: 2, setUp: async (lab) => { gluster = await startGluster(lab) } })
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ lab: given.lab }) }, { timeout: 300_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  const exec = (index: number, ...argv: string[]) => given.lab.exec(index, argv)
  const poolsOn = async (index: number) => (await exec(index, 'virsh', 'pool-list', '--all', '--name')).stdout.split('\n').map((name) => name.trim()).filter((name) => name !== '').sort()
  const mountedOn = async (index: number) => (await exec(index, 'findmnt', '--noheadings', '--output', 'FSTYPE', path)).stdout.trim()
  const onBrick = async (index: number) => (await exec(index, 'ls', '/var/lib/kloudak-gluster/shared')).stdout.split('\n').filter((name) => name !== '').sort()
  let poolId: string
  let vmId: string
  let imageId: string

  test('a mutation mounts it on both hosts, and proves that it is one', async () => {
    const { servers, path: sourcePath } = gluster
    const made = await askPool(cloud, 'createPool', { areaId: cloud.areaId, name: 'gluster', netfs: { format: 'GLUSTERFS', hosts: servers, sourcePath, path } })
    assert.deepEqual(await endOf(cloud, made.taskId), { state: 'DONE', message: undefined })
    poolId = made.id
    const pool = await readPool(cloud, poolId)
    assert.deepEqual([pool?.state, pool?.kind, pool?.path, pool?.hosts.map(({ host, state }) => `${host.name} ${state}`)], ['READY', 'NETFS', path, ['hv1 READY', 'hv2 READY']])
    assert.ok(pool!.capacityBytes! > 0)
    for (const index of [1, 2]) {
      assert.equal(await mountedOn(index), 'fuse.glusterfs')
      assert.deepEqual(await poolsOn(index), ['gluster', 'pool-1'])
      assert.deepEqual(await onBrick(index), ['kloudak-installation.json'])
    }
  })

  test('a folder that is mounted on one host alone is no pool, and nothing of it stays', async () => {
    // The same path on both hosts: storage that they share on the first, a folder of the host's own on the second.
    await exec(1, 'bash', '-euc', 'mkdir -p /srv/kloudak/apart /srv/kloudak/pool/apart; mount --bind /srv/kloudak/pool/apart /srv/kloudak/apart')
    await exec(2, 'mkdir', '-p', '/srv/kloudak/apart')
    const made = await askPool(cloud, 'createPool', { areaId: cloud.areaId, name: 'apart', dir: { path: '/srv/kloudak/apart' } })
    const { state, message } = await endOf(cloud, made.taskId)
    assert.equal(state, 'FAILED')
    assert.match(message ?? '', /Host hv2 does not see what host hv1 writes.*not the same storage/)
    assert.equal((await readPool(cloud, made.id))?.state, 'FAILED')
    for (const index of [1, 2]) {
      assert.deepEqual(await poolsOn(index), ['gluster', 'pool-1'])
      assert.equal((await exec(index, 'ls', '-A', '/srv/kloudak/apart')).stdout, '')
    }
    assert.deepEqual(await endOf(cloud, (await askPool(cloud, 'deletePool', { poolId: made.id })).taskId), { state: 'DONE', message: undefined })
    assert.equal(await readPool(cloud, made.id), null)
  })

  test('a VM runs on it, and its disk is locked against a second start on the other host', async () => {
    imageId = await importInto(cloud, poolId, await guestImage())
    const vm = await askVm(cloud, 'held')
    vmId = vm.id
    await vmIs(cloud, vmId, 'UP')
    assert.ok((await readPool(cloud, poolId))!.promisedBytes > 0)
    const running = async (index: number) => (await exec(index, 'virsh', 'list', '--name')).stdout.trim()
    const [here, there] = await running(1) ? [1, 2] : [2, 1]
    const xml = (await exec(here, 'virsh', 'dumpxml', '--inactive', await running(here))).stdout
    assert.match(xml, new RegExp(`<source file='${path}/`))
    await given.lab.exec(there, ['tee', '/root/second.xml'], { input: xml })
    const second = await exec(there, 'virsh', 'create', '/root/second.xml')
    assert.notEqual(second.code, 0)
    assert.match(second.stderr, /lock/)
    assert.equal(await running(there), '')
  })

  test('in maintenance nothing new is put into it and nothing is started on it', async () => {
    await taskEnds(cloud, await askOfVm(cloud, 'stopVm', vmId))
    assert.equal((await askPool(cloud, 'setPoolMaintenance', { poolId, maintenance: true })).refusal, undefined)
    assert.equal((await readPool(cloud, poolId))?.state, 'MAINTENANCE')
    await assert.rejects(askOfVm(cloud, 'startVm', vmId), /pool gluster, in which the VM has a disk, is in maintenance/)
    await assert.rejects(askVm(cloud, 'refused'), /No pool holds the image/)
    assert.equal((await endOf(cloud, (await askPool(cloud, 'setPoolMaintenance', { poolId, maintenance: false })).taskId)).state, 'DONE')
    assert.equal((await readPool(cloud, poolId))?.state, 'READY')
    await taskEnds(cloud, await askOfVm(cloud, 'startVm', vmId))
    await vmIs(cloud, vmId, 'UP')
  })

  test('its image is copied into another pool from this one, since the server that it came from is gone', async () => {
    const [other] = (await cloud.ask<{ pools: { edges: { node: { id: string; name: string } }[] } }>('{ pools(first: 10) { edges { node { id name } } } }')).pools.edges.filter(({ node }) => node.name === 'pool-1')
    const { taskId } = await askImage(cloud, 'copyImage', { imageId, poolId: other!.node.id })
    assert.deepEqual(await endOf(cloud, taskId), { state: 'DONE', message: undefined })
    const [name] = (await onBrick(1)).filter((file) => file.startsWith('image-'))
    const sums = (await exec(1, 'sha256sum', `${path}/${name}`, `/srv/kloudak/pool/${name}`)).stdout.trim().split('\n').map((line) => line.split(' ')[0])
    assert.deepEqual(sums, Array(2).fill((await guestImage()).sha256))
  })

  test('a host that lost its power is given it again when it is back', async () => {
    assert.match((await askPool(cloud, 'deletePool', { poolId })).refusal ?? '', /CONFLICT: The pool gluster has disks of the VM held/)
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', vmId))
    await given.lab.kill(2)
    await given.lab.start(2)
    await startGluster(given.lab)
    await until('host 2 to have it mounted', async () => await mountedOn(2) === 'fuse.glusterfs', 120_000)
    await until('the books to know', async () => (await readPool(cloud, poolId))?.hosts.every(({ state }) => state === 'READY'), 60_000)
  })

  test('its deletion leaves no pool on the hosts, and what is in the storage', async () => {
    await until('the copies to be the same again', async () => (await exec(1, 'gluster', 'volume', 'heal', 'shared', 'info')).stdout.match(/Number of entries: 0/g)?.length === 2, 60_000)
    const image = (await onBrick(1)).filter((name) => name.startsWith('image-'))
    assert.equal(image.length, 1)
    assert.deepEqual(await endOf(cloud, (await askPool(cloud, 'deletePool', { poolId })).taskId), { state: 'DONE', message: undefined })
    for (const index of [1, 2]) {
      assert.deepEqual(await poolsOn(index), ['pool-1'])
      assert.equal(await mountedOn(index), '')
      // A host that was without power may be told by the other one only now.
      await until(`the brick of host ${index} to hold the image alone`, async () => (await onBrick(index)).join() === image.join(), 60_000)
    }
    assert.equal(await readPool(cloud, poolId), null)
  })
})
