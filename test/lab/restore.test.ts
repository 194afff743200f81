// A restore on a real host: VMs that were deleted and made since the backup, and not a byte on the host changes until an
// operator has seen the differences.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { askOfVm, askVm, makeNetwork, readVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { labInventory } from '../support/lab-hypervisor.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

suite('a restored database on a real host', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-lab-restore-'))
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ lab: given.lab, image: await guestImage() }) }, { timeout: 600_000 })
  after(async () => { await cloud.close(); rmSync(folder, { recursive: true, force: true }) }, { timeout: 60_000 })

  const uuidOf = async (name: string) => (await cloud.db.em.fork().execute<{ uuid: string }[]>('select domain_uuid as uuid from vm where name = ?', [name]))[0]!.uuid
  /** What guests write to their own disks is theirs: the files' contents are left out, their names and owners are not. */
  const standing = async () => (await labInventory(given.lab, 1)).replace(/# contents[^]*?# ports/, '# ports')
  const marker = () => {
    const { pool: _, ...own } = JSON.parse(readFileSync(join(given.lab.poolFolder, 'kloudak-installation.json'), 'utf8')) as { installation: string; generation: number; epoch: string; pool: string }
    return own
  }
  const ownership = async () => (await cloud.db.em.fork().execute<{ installation: string; generation: number; epoch: string }[]>('select id as installation, generation, stream_epoch as epoch from installation'))[0]
  const hostId = async () => (await cloud.ask<{ hosts: { edges: { node: { id: string } }[] } }>('{ hosts(first: 1) { edges { node { id } } } }')).hosts.edges[0]!.node.id

  test('nothing on the host changes before its review, and after it the VMs of both sides are there', { timeout: 600_000 }, async () => {
    const networkId = await makeNetwork(cloud, 'red', '10.61.0.0/24')
    const [kept, deleted] = [await askVm(cloud, 'kept', { networkId }), await askVm(cloud, 'deleted', { networkId })]
    for (const { id } of [kept, deleted]) await vmIs(cloud, id, 'UP')
    assert.deepEqual(marker(), await ownership(), 'the enrolment has marked the pool')
    const file = join(folder, 'kloudak.tar.gz')
    assert.equal((await cloud.run('start/backup.ts', file)).code, 0)
    const deletedUuid = await uuidOf('deleted')
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', deleted.id))
    const later = await askVm(cloud, 'later', { networkId })
    await vmIs(cloud, later.id, 'UP')
    const [keptUuid, laterUuid] = [await uuidOf('kept'), await uuidOf('later')]
    await cloud.halt()
    const untouched = await standing()
    const before = marker()

    const restored = await cloud.run('start/restore.ts', file)
    assert.equal(restored.code, 0, restored.output)
    await cloud.resume()
    const host = await hostId()
    const seen = await until('a worker to look at the host', async () => {
      const { hostDifferences } = await cloud.ask<{ hostDifferences: { observedAt: string | null; unmanagedVms: number; differences: { kind: string; onHost: string }[] } }>('query($id: ID!) { hostDifferences(hostId: $id) { observedAt unmanagedVms differences { kind onHost } } }', { id: host })
      return hostDifferences.observedAt !== null && hostDifferences
    }, 60_000)
    const told = (kind: string) => seen.differences.filter((difference) => difference.kind === kind).map(({ onHost }) => onHost)
    assert.deepEqual([told('VM_MISSING'), told('VM_UNKNOWN'), told('VM_POWER'), seen.unmanagedVms], [[deletedUuid], [laterUuid], [], 0])
    assert.equal(told('VOLUME_UNKNOWN').length, 2, 'disk and seed of the VM that the books do not know')
    assert.equal(told('VOLUME_MISSING').length, 2)
    assert.equal(told('PORT_UNKNOWN').length, 1)

    // Whoever asks for something waits, and the host stays as it was.
    const stop = await askOfVm(cloud, 'stopVm', kept.id)
    await until('the stop to wait', async () => (await cloud.ask<{ node: { error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { error { message } } } }', { id: stop })).node.error?.message.includes("waits for an operator's review"))
    assert.equal(await standing(), untouched)
    assert.deepEqual(marker(), before)

    const { reviewHost } = await cloud.ask<{ reviewHost: { task: { id: string } } }>('mutation($id: ID!) { reviewHost(input: { hostId: $id }) { ... on ReviewHostPayload { task { id } } ... on UserError { message } } }', { id: host })
    await taskEnds(cloud, reviewHost.task.id)
    await taskEnds(cloud, stop)
    await vmIs(cloud, kept.id, 'DOWN')
    await taskEnds(cloud, await askOfVm(cloud, 'startVm', kept.id))
    await vmIs(cloud, kept.id, 'UP')
    const missing = await readVm(cloud, deleted.id)
    assert.equal(missing?.phase, 'FAILED')
    assert.match(missing.failure ?? '', /host does not have this VM/)
    assert.deepEqual(marker(), await ownership())
    const owner = async (uuid: string) => /generation=['"](\d+)['"]/.exec((await given.lab.exec(1, ['virsh', 'metadata', uuid, 'urn:kloudak:owner:1'])).stdout)?.[1]
    assert.deepEqual([await owner(keptUuid), await owner(laterUuid)], ['2', '1'])

    // What is gone can be deleted once more, and takes nothing of the others with it.
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', deleted.id))
    const running = (await given.lab.exec(1, ['virsh', 'list', '--uuid'])).stdout.trim().split('\n').toSorted()
    assert.deepEqual(running, [keptUuid, laterUuid].toSorted(), 'the VM that the books do not know runs on')
    for (const volume of told('VOLUME_UNKNOWN')) assert.equal((await given.lab.exec(1, ['test', '-s', `/srv/kloudak/pool/${volume}`])).code, 0)
  })
})
