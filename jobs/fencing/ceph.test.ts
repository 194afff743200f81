import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeCeph } from '../../test/support/fake-ceph.ts'
import type { FenceTarget } from './agents.ts'
import { fencingOf } from './fencing.ts'

const control = { beforeCall() { /* may */ }, timeoutMs: 1_000 }
const cluster = (monitor: string) => ({ monitors: [monitor, '10.0.8.2:6789'], user: 'kloudak', secret: 'hush+hush==' })
const target: FenceTarget = { kind: 'ceph', host: { id: 'h', areaId: 'a', name: 'hv1' }, address: '10.0.8.11', port: null, username: null, password: null, options: {}, clusters: [cluster('10.0.8.1:6789')] }
const nobody = { hasPower: () => true, cut() { /* nobody asks */ } }

test('a host is off once every cluster serves it no more, and is let in again as often as is asked', async () => {
  const { run, lists, runs } = fakeCeph()
  const fencing = fencingOf(nobody, { run, spreadMs: 0 })
  const both = { ...target, clusters: [cluster('10.0.8.1:6789'), cluster('10.0.9.1:6789')] }
  assert.equal(await fencing.status(both, control), 'on')
  await fencing.off(target, control)
  assert.deepEqual([await fencing.status(target, control), await fencing.status(both, control)], ['off', 'on'])
  await fencing.off(both, control)
  assert.equal(await fencing.status(both, control), 'off')
  assert.deepEqual([...lists.values()].map((list) => [...list.keys()]), [['10.0.8.11:0/0'], ['10.0.8.11:0/0']])
  for (let time = 0; time < 2; time++) await fencing.letIn(both, control)
  assert.deepEqual([...lists.values()].map(({ size }) => size), [0, 0])
  for (const { path, args, env, secrets } of runs) {
    assert.equal(path, '/usr/bin/ceph')
    assert.ok(!args!.join(' ').includes('hush'), 'no list of processes shows the key')
    assert.deepEqual([env, secrets], [{ CEPH_ARGS: '--key=hush+hush==' }, ['hush+hush==']])
  }
})

test('an entry that ends soon, or is of one client alone, is no proof', async () => {
  const { run, lists } = fakeCeph()
  const fencing = fencingOf(nobody, { run, spreadMs: 0 })
  for (const [entry, ms] of [['10.0.8.11:0/0', 3_600_000], ['10.0.8.11:0/123', 1e12], ['10.0.8.1:0/0', 1e12]] as const) {
    lists.set('10.0.8.1:6789', new Map([[entry, new Date(Date.now() + ms).toISOString().replace('Z', '+0000')]]))
    assert.equal(await fencing.status(target, control), 'on', entry)
  }
})

test('an IPv6 address is written as Ceph writes it', async () => {
  const { run, lists } = fakeCeph()
  await fencingOf(nobody, { run, spreadMs: 0 }).off({ ...target, address: '2001:db8::11' }, control)
  assert.deepEqual([...lists.get('10.0.8.1:6789')!.keys()], ['[2001:db8::11]:0/0'])
})

test('storage that does not answer, or is not there, proves nothing', async () => {
  const fencing = fencingOf(nobody, { run: fakeCeph('10.0.8.1:6789 ls', '10.0.8.1:6789 add').run, spreadMs: 0 })
  await assert.rejects(fencing.status(target, control), { code: 'UNAVAILABLE', message: 'Ceph does not answer as it should: Connection timed out' })
  await assert.rejects(fencing.off(target, control), { code: 'UNAVAILABLE' })
  await assert.rejects(fencing.status({ ...target, clusters: [] }, control), { code: 'WRONG_STATE' })
})
