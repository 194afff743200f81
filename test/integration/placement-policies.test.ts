import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { updateArea } from '../../server/app/area.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { loadOwnPolicies } from '../../server/db/own-policies.ts'
import { areasToSearch, bestHosts, lookAtAll } from '../../server/db/queries/find-host.ts'
import { newId } from '../../server/model/id.ts'
import { policies, policyNames } from '../../server/model/placement/policy.ts'
import { freeOn } from '../../server/model/placement/candidate.ts'
import type { HostCandidate } from '../../server/model/placement/candidate.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'
import { requestOf } from '../support/verbs.ts'
import { startProgram } from '../support/worker.ts'
import { makeWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const { db, url } = await useTestDb()
const em = db.em.fork()
const folder = mkdtempSync(join(tmpdir(), 'kloudak-policies-'))
after(() => { rmSync(folder, { recursive: true, force: true }) })
const moduleFile = (name: string, text: string) => { const path = join(folder, `${name}.ts`); writeFileSync(path, text); return path }

// The module of docs/placement.md, and some that fail.
const modules = {
  'newest-first': moduleFile('newest-first', `
    import type { ScoreHost } from '${new URL('../../server/model/placement/policy.ts', import.meta.url).pathname}'
    export const description = 'The host with the label that comes last in the alphabet.'
    export const score: ScoreHost = ({ labels }) => (labels[0] ?? '0').charCodeAt(0)`),
  broken: moduleFile('broken', "export function score() { throw new Error('out of ideas') }"),
  nonsense: moduleFile('nonsense', "export const score = () => 'the best one'"),
}
interface Trouble { policy: string; error: unknown }
const troubles: Trouble[] = []
const told = (of: string): Trouble[] => troubles.filter(({ policy }) => policy === of)
await loadOwnPolicies(modules, (trouble) => { troubles.push(trouble) })

const make = async (world: World) => (await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}` })).objectId
const hostOf = async (vmId: string) => (await em.execute<{ host_id: string }[]>('select host_id from vm where id = ?', [vmId]))[0]!.host_id
const placeMany = async (world: World, count: number) => { const hosts = []; for (let n = 0; n < count; n++) hosts.push(await hostOf(await make(world))); return hosts }
async function worldBy(policy: string, hosts: number): Promise<World> {
  const world = await makeWorld(db, { hosts, hostMemoryBytes: GiB })
  await updateArea(requestOf(db, world.superuser), { areaId: world.areaId, placementPolicy: policy })
  return world
}
const timesEach = (hosts: readonly string[]) => Object.values(Object.groupBy(hosts, (id) => id)).map((group) => group!.length).sort((a, b) => a - b)

test('each policy, chosen for an area by updateArea alone', async () => {
  assert.deepEqual(timesEach(await placeMany(await worldBy('spread', 4), 8)), [2, 2, 2, 2])
  assert.deepEqual(timesEach(await placeMany(await worldBy('pack', 4), 8)), [4, 4])
  assert.deepEqual(timesEach(await placeMany(await worldBy('round-robin', 4), 8)), [2, 2, 2, 2])
  const uneven = await worldBy('most-free-memory', 3)
  await em.execute('update host set memory_bytes = ? where id = ?', [4 * GiB, uneven.hostIds[1]])
  assert.deepEqual(new Set(await placeMany(uneven, 8)), new Set([uneven.hostIds[1]]))
  const by = await placeMany(await worldBy('random', 4), 12)
  assert.equal(by.length, 12)
  assert.ok(new Set(by).size > 1)
})

test('an own module chooses; one that fails is told of, and the VM is placed all the same', async () => {
  const world = await worldBy('newest-first', 3)
  await em.execute("update host set labels = case id when ? then '{b}'::text[] when ? then '{z}'::text[] else '{c}'::text[] end where area_id = ?", [world.hostIds[0], world.hostIds[1], world.areaId])
  assert.deepEqual(await placeMany(world, 3), Array(3).fill(world.hostIds[1]))
  assert.equal(troubles.length, 0)
  for (const [policy, what] of [['broken', /out of ideas/], ['nonsense', /a string instead of a number/]] as const) {
    assert.deepEqual(timesEach(await placeMany(await worldBy(policy, 2), 4)), [2, 2], 'as spread would')
    assert.equal(told(policy).length, 1, 'once, not with each VM')
    assert.match((told(policy)[0]!.error as Error).message, what)
  }
  // A name that another server knows, and this one does not.
  const elsewhere = await worldBy('spread', 1)
  await em.execute("update area set placement_policy = 'of-another-server' where id = ?", [elsewhere.areaId])
  await make(elsewhere)
  assert.match((told('of-another-server')[0]!.error as Error).message, /KLOUDAK_PLACEMENT_MODULES/)
})

test('an area takes no policy that is not known, and no path', async () => {
  const world = await makeWorld(db)
  for (const placementPolicy of ['best', modules.broken, '']) await assert.rejects(updateArea(requestOf(db, world.superuser), { areaId: world.areaId, placementPolicy }), { code: 'INVALID_INPUT', field: 'placementPolicy', remedy: /spread, pack, .*newest-first/ })
})

test('a module that cannot be loaded ends the process with its name, before anything is begun', async () => {
  for (const [path, why] of [[join(folder, 'absent.ts'), /placement module mine .*absent\.ts\) cannot be loaded/], [moduleFile('empty', 'export const weigh = 1'), /placement module mine .* exports no function score/]] as const) {
    const keyFile = join(folder, 'key')
    writeFileSync(keyFile, Buffer.alloc(32, 1).toString('base64'))
    const { ended, output } = startProgram('server/main.ts', [], { DATABASE_URL: url, KLOUDAK_MASTER_KEY_FILE: keyFile, PORT: '0', KLOUDAK_PLACEMENT_MODULES: `mine=${path}` })
    assert.notEqual(await ended, 0)
    assert.match(output(), why)
  }
})

test('the hosts that the database names first hold the best of all', async () => {
  const world = await makeWorld(db, { hosts: 120, hostMemoryBytes: 64 * GiB })
  const vmId = await make(world)
  await em.execute(`
    insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason)
    select gen_random_uuid(), ?, id, floor(random() * 60), floor(random() * 240) * ?, 'test' from host where area_id = ?`, [vmId, 256 * MiB, world.areaId])
  await em.execute("update host set labels = '{rare}' where id = any(?::uuid[])", [`{${world.hostIds.slice(0, 3).join(',')}}`])
  await em.execute("update host set duty = 'maintenance' where id = any(?::uuid[])", [`{${world.hostIds.slice(3, 20).join(',')}}`])
  for (const policy of policyNames) {
    if (policy === 'random') continue
    await em.execute('update area set placement_policy = ? where id = ?', [policy, world.areaId])
    const areas = await areasToSearch(em, world.areaId)
    for (const request of [{ vcpus: 1, memoryBytes: GiB }, { vcpus: 8, memoryBytes: 8 * GiB }, { vcpus: 2, memoryBytes: 40 * GiB }, { vcpus: 1, memoryBytes: GiB, requiredLabels: ['rare'] }, { vcpus: 1, memoryBytes: GiB, avoidedLabels: ['rare'] }]) {
      const { ranked } = await lookAtAll(em, areas, request)
      const [best] = ranked.length === 0 ? [] : await bestHosts(em, areas, request)
      const score = (host: HostCandidate | undefined): number | undefined => {
        if (!host) return undefined
        const free = freeOn(host)
        return policies[policy].score({ ...host, cpus: host.cpus!, memoryBytes: host.memoryBytes!, freeVcpus: free.vcpus, freeMemoryBytes: free.memoryBytes }, request)
      }
      assert.equal(score(best), score(ranked[0]), `${policy} ${JSON.stringify(request)}`)
    }
  }
})
