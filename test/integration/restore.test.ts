// Backup and restore as an operator does them: by their commands, on servers and workers that are processes. The hosts are
// simulated and forget their VMs with their worker, so that after the restore the books have VMs which no host has.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCloud } from '../support/cloud.ts'
import { askOfVm, askVm, makeNetwork, readVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'kloudak-restore-'))
const content = Buffer.from('an image for hosts in memory')
const image = { path: join(folder, 'image.raw'), sha256: createHash('sha256').update(content).digest('hex'), format: 'raw' as const, sizeBytes: content.length, virtualSizeBytes: content.length }
writeFileSync(image.path, content)
const cloud = await startCloud({ simulatedHosts: 1, image })
after(async () => { await cloud.close(); rmSync(folder, { recursive: true, force: true }) })

interface Review { message?: string; plan: { hash: string; steps: string[]; losses: string[] } | null; task: { id: string } | null }
const review = async (hostId: string, more: object = {}) => (await cloud.ask<{ reviewHost: Review }>('mutation($input: ReviewHostInput!) { reviewHost(input: $input) { ... on ReviewHostPayload { plan { hash steps losses } task { id } } ... on UserError { message } } }', { input: { hostId, ...more } })).reviewHost
const differencesOf = async (hostId: string) => (await cloud.ask<{ hostDifferences: { observedAt: string | null; differences: { kind: string; vm: { id: string } | null }[]; unmanagedVms: number } }>('query($id: ID!) { hostDifferences(hostId: $id) { observedAt unmanagedVms differences { kind vm { id } } } }', { id: hostId })).hostDifferences
const errorOf = async (task: string) => (await cloud.ask<{ node: { error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { error { message } } } }', { id: task })).node.error?.message
const hosts = async () => (await cloud.ask<{ hosts: { edges: { node: { id: string; name: string; state: string; frozenReason: string | null } }[] } }>('{ hosts(first: 5) { edges { node { id name state frozenReason } } } }')).hosts.edges.map(({ node }) => node)

test('a cloud is backed up while it runs, restored while it is stopped, and changes no host before it is reviewed', async () => {
  const networkId = await makeNetwork(cloud, 'red', '10.60.0.0/24')
  const { id } = await askVm(cloud, 'kept', { networkId })
  await vmIs(cloud, id, 'UP')
  const file = join(folder, 'kloudak.tar.gz')
  const backedUp = await cloud.run('start/backup.ts', file)
  assert.equal(backedUp.code, 0, backedUp.output)
  assert.match(backedUp.output, /rows of .* tables.*generation 1/)
  assert.match(backedUp.output, /master key is NOT in it/)
  const later = await askVm(cloud, 'later')
  await vmIs(cloud, later.id, 'UP')

  const refused = await cloud.run('start/restore.ts', file)
  assert.equal(refused.code, 1)
  assert.match(refused.output, /still runs on this database: .*kloudak-server.*kloudak-worker/)
  assert.ok(await readVm(cloud, later.id))

  const oldToken = cloud.token()
  await cloud.halt()
  const restored = await cloud.run('start/restore.ts', file)
  assert.equal(restored.code, 0, restored.output)
  assert.match(restored.output, /generation 2.*\n.*sessions and API tokens have ended.*\n.*Frozen until.*simulated-1/)
  const saved = /before-restore-\S+\.tar\.gz/.exec(restored.output)?.[0]
  assert.ok(saved)
  assert.ok(existsSync(join(cloud.folder, saved)))
  await cloud.resume()

  const response = await fetch(`${cloud.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${oldToken}` }, body: '{"query":"{ viewer { username } }"}' })
  assert.equal(response.status, 401, 'a session of before the restore is no more')
  assert.equal(await readVm(cloud, later.id), null)
  const [host] = await hosts()
  assert.match(host!.frozenReason ?? '', /restored from a backup/)
  const seen = await until('a worker to look at the host', async () => { const told = await differencesOf(host!.id); return told.observedAt !== null && told })
  assert.deepEqual(seen.differences.filter(({ kind }) => kind === 'VM_MISSING').map(({ vm }) => vm?.id), [id])
  assert.equal((await readVm(cloud, id))!.status, 'UNKNOWN', 'nobody knows, as long as the books may be wrong')

  const before = await review(host!.id, { dryRun: true })
  assert.equal(before.task, null)
  assert.ok(before.plan!.steps.some((step) => step.startsWith('Mark the VM kept as failed')))
  assert.ok(before.plan!.losses.includes('The books have kept, the host has not.'))

  const task = await askOfVm(cloud, 'deleteVm', id)
  await until('the deletion to wait', async () => (await errorOf(task))?.includes("waits for an operator's review of host simulated-1"))
  // The deletion is work of today: the review leaves that VM to it.
  assert.match((await review(host!.id, { planHash: before.plan!.hash })).message ?? '', /plan rests on has changed/)
  const planned = await review(host!.id, { dryRun: true })
  assert.ok(!planned.plan!.steps.some((step) => step.includes('kept')))
  await taskEnds(cloud, (await review(host!.id, { planHash: planned.plan!.hash })).task!.id)
  assert.equal((await hosts())[0]!.frozenReason, null)
  // What waited goes on at once, once the host has its pools again.
  await taskEnds(cloud, task)
  assert.equal(await readVm(cloud, id), null)
  const again = await review(host!.id)
  assert.match(again.message ?? '', /does not wait for a review/)
})

test('the commands say what is wrong in a line, and how to mend it', async () => {
  assert.match((await cloud.run('start/backup.ts')).output, /usage: npm run backup -- FILE/)
  assert.match((await cloud.run('start/restore.ts', 'a', 'b')).output, /usage: npm run restore -- FILE \[--discard\]/)
  const absent = await cloud.run('start/restore.ts', join(folder, 'absent.tar.gz'))
  assert.equal(absent.code, 1)
  assert.match(absent.output, /is not a whole backup of Kloudak.*\nTake another copy/)
})
