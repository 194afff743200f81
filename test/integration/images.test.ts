// Images from the web into the pools of two areas of simulated hosts, from one pool to another, and out of them again.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { retire } from '../../server/app/catalogue.ts'
import { copyImage, deleteImage, importImage } from '../../server/app/image.ts'
import type { ImportImageInput } from '../../server/app/image.ts'
import { createTemplate } from '../../server/app/template.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { retirePool } from '../../server/app/pool-life.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'
import { failoverDeps } from '../support/failover-deps.ts'
import { patient } from '../support/saga-ground.ts'
import { silent, silentSender, taskOf } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { requestOf, testMasterKey } from '../support/verbs.ts'
import { openWeb, rawDisk, sha256, sha512 } from '../support/web.ts'
import { makeWorld } from '../support/world.ts'
import { unseal } from '../../server/db/seal.ts'

const { db } = await useTestDb()
const [here, there] = [await makeWorld(db), await makeWorld(db)]
const em = db.em.fork()
const sessions = new HostSessions({ db })
const worker = new SagaWorker({
  db, registry: new Registry(allSagas({ hosts: sessions, unseal: (place, sealed) => unseal(testMasterKey, place, sealed), children: workspaceChildren(silentSender), ...failoverDeps() })),
  log: silent, timing: { ...defaultTiming, pollMs: 20, retries: 1, retryWaitMs: 10 }, workerId: newId(),
})
const web = await openWeb()
after(async () => { await worker.stop(0); await sessions.close(); await web.close() })

const asked = () => requestOf(db, here.superuser)
const poolIdOf = async ({ areaId }: { areaId: string }) => (await em.execute<{ id: string }[]>('select id from pool where area_id = ?', [areaId]))[0]!.id
const pools = { here: await poolIdOf(here), there: await poolIdOf(there) }
const machineOf = async (hostId: string, areaId: string) => sessions.world.place({ id: hostId, name: (await em.execute<{ name: string }[]>('select name from host where id = ?', [hostId]))[0]!.name, areaId }).host
const machines = { here: await machineOf(here.hostIds[0]!, here.areaId), there: await machineOf(there.hostIds[0]!, there.areaId) }
for (const machine of Object.values(machines)) await openSimulatedHost(machine).bind(patient).ensurePool({ name: 'pool', path: '/pool' })
const copiesOn = (where: keyof typeof machines) => [...machines[where].storage.folder('/pool').volumes.keys()].filter((name) => name.startsWith('image-') && !name.includes(here.imageVersionId) && !name.includes(there.imageVersionId))

async function ended(taskId: string | null) {
  const task = await until('the task to end', async () => { const task = await taskOf(db, taskId!); return ['done', 'failed', 'stuck', 'cancelled'].includes(task.state) && task }, 60_000)
  return `${task.state}${task.error ? ` ${task.error.code}: ${task.error.message}` : ''}`
}

/** Serves the content, and asks for its import. */
async function imported(content: Buffer, input: Partial<ImportImageInput> = {}) {
  const path = `/${newId()}`
  web.pages.set(path, content)
  const asking = { name: `image-${newId()}`, os: 'Debian', url: web.url(path), poolId: pools.here, ...(input.sha512 == null && { sha256: sha256(content) }), ...input }
  const { objectId, taskId } = await importImage(asked(), asking)
  return { id: objectId, path, ending: await ended(taskId) }
}
interface VersionRow { id: string; number: number; format: string; size: string; virtual: string; sha256: string; url: string; copies: string[] }
const versionsOf = (imageId: string) => em.execute<VersionRow[]>(`
  select id, number, format, size_bytes as size, virtual_size_bytes as virtual, sha256, source_url as url,
    (select coalesce(array_agg(pool_id::text || ' ' || state order by pool_id), '{}') from image_replica where image_version_id = image_version.id) as copies
  from image_version where image_id = ? order by number`, [imageId])
const images = async () => (await em.execute<{ count: number }[]>('select count(*)::integer from image'))[0]!.count
const refused = (work: Promise<unknown>) => work.then(() => 'nothing', ({ code, field }: { code: string; field?: string }) => `${code} ${field}`)

test('an image comes from the web, is what its digest says, and a VM is made from it', async () => {
  const content = rawDisk('first')
  const { id, path, ending } = await imported(content)
  assert.equal(ending, 'done')
  const [version] = await versionsOf(id)
  assert.deepEqual(version, { id: version!.id, number: 1, format: 'raw', size: '4096', virtual: '4096', sha256: sha256(content), url: web.url(path), copies: [`${pools.here} ready`] })
  assert.deepEqual(copiesOn('here'), [`image-${version.id}.raw`])
  assert.equal(machines.here.storage.folder('/pool').volumes.get(`image-${version.id}.raw`)!.sha256, sha256(content))
  const { objectId: templateId } = await createTemplate(asked(), { name: 'of-the-web', os: 'Debian', vcpus: 1, memoryBytes: 256 * MiB, diskBytes: GiB, imageId: id })
  const { taskId } = await createVm(asked(), { workspaceId: here.workspaceId, name: 'of-the-web', templateId })
  assert.equal(await ended(taskId), 'done')
})

test('a digest of the other kind is as good, and the same content again is the same version', async () => {
  const content = rawDisk('second')
  const { id, ending } = await imported(content, { sha512: sha512(content) })
  assert.equal(ending, 'done')
  assert.equal((await versionsOf(id))[0]!.sha256, sha256(content))
  const again = await imported(content, { imageId: id, name: undefined, os: undefined })
  assert.equal(again.ending, 'done')
  const next = await imported(rawDisk('third'), { imageId: id, name: undefined, os: undefined })
  assert.equal(next.ending, 'done')
  assert.deepEqual((await versionsOf(id)).map(({ number, copies }) => [number, copies.length]), [[1, 1], [2, 1]])
})

test('what cannot be had, or is not what was said, ends in an error that names it, and nothing of it stays', async () => {
  const [before, files] = [await images(), copiesOn('here').length]
  const content = rawDisk('not wanted')
  const overlay = Buffer.alloc(1024)
  overlay.writeUInt32BE(0x514649fb, 0); overlay.writeUInt32BE(3, 4); overlay.writeBigUInt64BE(512n, 8); overlay.writeBigUInt64BE(BigInt(GiB), 24)
  assert.match((await imported(content, { sha256: 'ab'.repeat(32) })).ending, /^failed INVALID_INPUT: What lies there has another digest/)
  assert.match((await imported(content, { sha512: 'ab'.repeat(64) })).ending, /^failed INVALID_INPUT: What lies there has another digest/)
  assert.match((await imported(overlay)).ending, /^failed INVALID_INPUT: What lies there is an overlay/)
  assert.match((await imported(Buffer.from('<html>Sign in first</html>'))).ending, /^failed INVALID_INPUT: What lies there is a web page/)
  assert.match((await imported(content, { url: web.url('/nowhere') })).ending, /^failed INVALID_INPUT: The server answers 404/)
  // Looked at as one thing, served as another.
  let times = 0
  web.pages.set('/changing', (response) => { const served = times++ === 0 ? content : overlay; response.writeHead(200, { 'content-length': served.length }).end(served) })
  assert.match((await imported(content, { url: web.url('/changing'), sha256: sha256(overlay) })).ending, /^failed INVALID_INPUT/)
  assert.deepEqual([await images(), copiesOn('here').length], [before, files])
  // An image that was there before stays as it was.
  const { id } = await imported(rawDisk('kept'))
  assert.match((await imported(content, { imageId: id, name: undefined, os: undefined, sha256: 'ab'.repeat(32) })).ending, /^failed/)
  assert.deepEqual((await versionsOf(id)).map(({ number }) => number), [1])
})

test('a server that is busy for a moment is asked again', async () => {
  let left = 1
  const content = rawDisk('later')
  web.pages.set('/busy', (response) => { if (left-- > 0) response.writeHead(503).end(); else response.writeHead(200, { 'content-length': content.length }).end(content) })
  assert.equal((await imported(content, { url: web.url('/busy') })).ending, 'done')
})

test('it is copied into other pools, once', async () => {
  const { id, path } = await imported(rawDisk('spread'))
  const { taskId } = await copyImage(asked(), { imageId: id, poolId: pools.there })
  assert.equal(await ended(taskId), 'done')
  const [version] = await versionsOf(id)
  assert.deepEqual(version!.copies.length, 2)
  assert.ok(copiesOn('there').includes(`image-${version!.id}.raw`))
  assert.deepEqual((await copyImage(asked(), { imageId: id, poolId: pools.there })).taskId, null)
  // Looked at, read for the first pool, read for the second.
  assert.equal(web.asked.get(`/${path.slice(1)}`), 3)
  assert.equal(await refused(copyImage(asked(), { imageId: id, version: 2, poolId: pools.there })), 'NOT_FOUND version')
})

test('it goes with all its copies, once nothing stands on it', async () => {
  const { id } = await imported(rawDisk('gone'))
  await ended((await copyImage(asked(), { imageId: id, poolId: pools.there })).taskId)
  const { objectId: templateId } = await createTemplate(asked(), { name: 'in-the-way', os: 'Debian', vcpus: 1, memoryBytes: 256 * MiB, diskBytes: GiB, imageId: id })
  await assert.rejects(deleteImage(asked(), { imageId: id }), { code: 'CONFLICT', message: 'The image is used by the template in-the-way.' })
  await em.execute('delete from template where id = ?', [templateId])
  const [version] = await versionsOf(id)
  const { taskId } = await deleteImage(asked(), { imageId: id })
  assert.equal(await ended(taskId), 'done')
  assert.deepEqual(await versionsOf(id), [])
  for (const where of ['here', 'there'] as const) assert.ok(!copiesOn(where).includes(`image-${version!.id}.raw`), where)
  assert.equal(await refused(deleteImage(asked(), { imageId: id })), 'NOT_FOUND imageId')
})

test('what is wrong with the input is said at once', async () => {
  const content = rawDisk('wrong')
  web.pages.set('/wrong', content)
  const good = { name: 'wrong', os: 'Debian', url: web.url('/wrong'), sha256: sha256(content), poolId: pools.here }
  const { id } = await imported(rawDisk('there already'), { name: 'taken' })
  const wrong = (more: object) => refused(importImage(asked(), { ...good, ...more }))
  assert.deepEqual([
    await wrong({ name: 'taken' }), await wrong({ name: '' }), await wrong({ name: null }), await wrong({ os: null }), await wrong({ url: 'file:///etc/passwd' }), await wrong({ sha256: 'ab' }), await wrong({ sha512: 'ab'.repeat(64) }),
    await wrong({ poolId: newId() }), await wrong({ imageId: id }), await wrong({ imageId: newId(), name: null, os: null }), await wrong({ workspaceIds: [newId()], name: 'fits' }),
  ], [
    'CONFLICT name', 'INVALID_INPUT name', 'INVALID_INPUT name', 'INVALID_INPUT os', 'INVALID_INPUT url', 'INVALID_INPUT sha256', 'INVALID_INPUT sha256',
    'NOT_FOUND poolId', 'INVALID_INPUT name', 'NOT_FOUND imageId', 'NOT_FOUND workspaceIds.0',
  ])
  await retire(asked(), 'image', id, {})
  assert.equal(await wrong({ imageId: id, name: null, os: null }), 'WRONG_STATE imageId')
  assert.equal(await refused(copyImage(asked(), { imageId: id, poolId: pools.there })), 'WRONG_STATE imageId')
  await retirePool(asked(), { poolId: pools.there })
  assert.equal(await wrong({ poolId: pools.there }), 'WRONG_STATE poolId')
})
