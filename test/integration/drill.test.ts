// The continuous drill: what a host's loss would mean is found after each change, written once, and told to those who follow.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { keepDrilling, drillAll } from '../../jobs/drill/drill.ts'
import { encodeId } from '../../schema/global-id.ts'
import { isEldest } from '../../server/db/queries/drill.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { newId } from '../../server/model/id.ts'
import { GiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { until } from '../support/until.ts'
import { requestOf } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const { db } = api
const em = db.em.fork()
const world = await makeWorld(db, { hosts: 3, hostMemoryBytes: 4 * GiB })
const operator = await api.user({ superuser: true })
const tenant = await api.user({ memberships: { [world.workspaceId]: ['vm:add'] } })
const make = async (memoryBytes: number) => (await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, memoryBytes })).objectId

interface Survival { ok: boolean; vms: number; wouldNotFitCount: number; reason: string | null; wouldNotFit: { vm: { id: string }; reason: string }[] }
interface Seen { hosts: { edges: { node: { id: string; version: number; survivesLoss: Survival | null } }[] }; areas: { edges: { node: { survivesLossOf: { hosts: number; survived: number; ok: boolean; notSurvived: { id: string }[] } | null } }[] } }
const query = '{ hosts { edges { node { id version survivesLoss { ok vms wouldNotFitCount reason wouldNotFit { vm { id } reason } } } } } areas { edges { node { survivesLossOf { hosts survived ok notSurvived { id } } } } } }'
const look = async () => { const { hosts, areas } = await operator.ask<Seen>(query); return { hosts: hosts.edges.map(({ node }) => node), area: areas.edges[0]!.node.survivesLossOf } }
const writtenTimes = async () => (await em.execute<{ sum: string }[]>('select sum(version) from host'))[0]!.sum

test('a drill tells of each host whether its VMs could start elsewhere, and writes only what has changed', async () => {
  assert.deepEqual((await look()).hosts.map(({ survivesLoss }) => survivesLoss), [null, null, null])
  const vms = [await make(3 * GiB), await make(3 * GiB)]
  await drillAll(db)
  const { hosts, area } = await look()
  assert.deepEqual(hosts.map(({ survivesLoss }) => survivesLoss!.ok), [true, true, true], 'the third host takes either')
  assert.deepEqual([area!.hosts, area!.survived, area!.ok], [3, 3, true])
  const before = await writtenTimes()
  await drillAll(db)
  assert.equal(await writtenTimes(), before)
  vms.push(await make(3 * GiB))
  await drillAll(db)
  const full = await look()
  assert.deepEqual([full.area!.survived, full.area!.ok, full.area!.notSurvived.length], [0, false, 3])
  assert.deepEqual(new Set(full.hosts.flatMap(({ survivesLoss }) => survivesLoss!.wouldNotFit.map(({ vm }) => vm.id))), new Set(vms.map((id) => encodeId('VM', id))))
  for (const { survivesLoss } of full.hosts) {
    assert.deepEqual([survivesLoss!.vms, survivesLoss!.wouldNotFitCount], [1, 1])
    assert.match(survivesLoss!.reason!, /^1 VM could not start elsewhere\. No host has room for 1 vCPUs and 3 GiB: of the hosts, 2 are short of memory\.$/)
  }
})

test('an area in which nothing has changed that matters is not read again', async () => {
  const marks = new Map<string, string>()
  await drillAll(db, marks)
  const stale = () => em.execute("update host set loss = '{\"ok\":false,\"wouldNotFit\":7,\"vms\":[]}'")
  const isStale = async () => (await look()).hosts.every(({ survivesLoss }) => survivesLoss!.wouldNotFitCount === 7)
  await stale()
  await em.execute("update vm set observed_power = 'paused'")
  await drillAll(db, marks)
  assert.equal(await isStale(), true, 'power is nothing that matters')
  for (const [what, change, back] of [
    ['a host', "update host set labels = '{x}'", "update host set labels = '{}'"], ['a VM', "update vm set required_labels = '{x}'", "update vm set required_labels = '{}'"],
    ['an area', "update area set placement_policy = 'pack'", "update area set placement_policy = 'spread'"], ['room', 'update reservation set memory_bytes = memory_bytes + 1 where host_id is not null', 'update reservation set memory_bytes = memory_bytes - 1 where host_id is not null'],
  ] as const) {
    await em.execute(change)
    await drillAll(db, marks)
    assert.equal(await isStale(), false, what)
    await em.execute(back)
    await drillAll(db, marks)
    await stale()
  }
  await drillAll(db)
})

test('tenants learn nothing of it', async () => {
  const { areas } = await tenant.ask<Seen>('{ areas { edges { node { survivesLossOf { hosts } } } } }')
  assert.equal(areas.edges[0]!.node.survivesLossOf, null)
})

test('changes of hosts are followed, and the host that they are about tells of the result', async () => {
  const workerId = newId()
  await em.execute('insert into worker (id) values (?)', [workerId])
  const troubles: unknown[] = []
  const drills = keepDrilling({ db, hub: api.hub, workerId, restMs: 20, onTrouble: (error) => { troubles.push(error) } })
  after(() => drills.stop())
  await em.execute('update host set memory_bytes = ? where id = ?', [64 * GiB, world.hostIds[0]])
  const told = async () => {
    // It lives as long as this test looks.
    await em.execute('update worker set seen_at = now() where id = ?', [workerId])
    return (await look()).hosts.filter(({ survivesLoss }) => survivesLoss!.ok)
  }
  await until('the others to survive', async () => (await told()).length >= 2)
  await em.execute("update host set duty = 'maintenance' where id = ?", [world.hostIds[0]])
  await until('nobody to survive', async () => (await told()).length === 0)
  assert.deepEqual(troubles, [])
})

test('of the workers that live the eldest drills', async () => {
  const [elder, younger] = [newId(), newId()]
  await em.execute('delete from worker')
  await em.execute("insert into worker (id, started_at) values (?, now() - interval '1 minute'), (?, now())", [elder, younger])
  const who = async () => [await isEldest(em, elder), await isEldest(em, younger)]
  assert.deepEqual(await who(), [true, false])
  await em.execute("update worker set seen_at = now() - interval '11 seconds' where id = ?", [elder])
  assert.deepEqual(await who(), [false, true])
})
