// The sagas of images, as the harness plays them.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { deleteImage, importImage } from '../../server/app/image.ts'
import { registerImage } from '../../server/app/inventory.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { newPlace, patient, sagaOfTask } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { operate } from './saga-scenarios.ts'
import { requestOf } from './verbs.ts'
import { rawDisk, sha256 } from './web.ts'
import type { Web } from './web.ts'

export const importImageScenario = (ground: Ground, folder: string): Scenario => ({
  saga: 'image-import',
  title: 'of a file',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const content = Buffer.from(`an image ${newId()}`)
    const file = { path: `${folder}/${newId()}.raw`, sha256: sha256(content), format: 'raw' as const, sizeBytes: content.length, virtualSizeBytes: content.length }
    writeFileSync(file.path, content)
    let versionId: string
    return {
      ...place,
      ask: async () => {
        const { id, taskId } = await operate(ground, (operator) => registerImage(operator, { name: `image-${newId()}`, os: 'none', poolId: ground.world.poolId, file }))
        versionId = id
        return sagaOfTask(ground.db, taskId!)
      },
      check: async (ending) => {
        const [row] = await ground.db.em.fork().execute<{ state: string; volume: string }[]>('select state, volume from image_replica where image_version_id = ?', [versionId])
        assert.equal(row?.state, ending === 'done' ? 'ready' : 'failed')
        const volume = place.host.storage.folder('/pool').volumes.get(row.volume)
        if (ending === 'done') assert.deepEqual([volume?.sha256, volume?.contentBytes], [file.sha256, file.sizeBytes])
        else assert.equal(place.inventory(), before)
      },
    }
  },
})

/** A new image from the web: of one that fails neither row nor file stays. */
export const fetchImageScenario = (ground: Ground, web: Web): Scenario => ({
  saga: 'image-fetch',
  title: 'of a new image',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const [path, content] = [`/${newId()}`, rawDisk(newId())]
    web.pages.set(path, content)
    let imageId: string
    return {
      ...place,
      ask: async () => {
        const { objectId, taskId } = await importImage(requestOf(ground.db, ground.world.superuser), { name: `image-${newId()}`, os: 'none', url: web.url(path), sha256: sha256(content), poolId: ground.world.poolId })
        imageId = objectId
        return sagaOfTask(ground.db, taskId)
      },
      check: async (ending) => {
        const em = ground.db.em.fork()
        const replicas = await em.execute<{ state: string; volume: string }[]>('select state, volume from image_replica join image_version on image_version.id = image_version_id where image_id = ?', [imageId])
        if (ending !== 'done') {
          assert.deepEqual([replicas, await em.execute('select 1 from image where id = ?', [imageId])], [[], []])
          assert.equal(place.inventory(), before)
          return
        }
        assert.deepEqual(replicas.map(({ state }) => state), ['ready'])
        assert.equal(place.host.storage.folder('/pool').volumes.get(replicas[0]!.volume)?.sha256, sha256(content))
      },
    }
  },
})

/** The books have forgotten it when the work begins: there is only forward. */
export const deleteImageScenario = (ground: Ground): Scenario => ({
  saga: 'image-delete',
  title: 'with its copy',
  async makeWorld() {
    const place = await newPlace(ground)
    const before = place.inventory()
    const [imageId, versionId] = [newId(), newId()]
    const volume = `image-${versionId}.raw`
    const em = ground.db.em.fork()
    await em.execute("insert into image (id, name, os) values (?, ?, 'none')", [imageId, `image-${imageId}`])
    await em.execute("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 1, ?, 'raw', 4096, 4096)", [versionId, imageId, 'ab'.repeat(32)])
    await em.execute("insert into image_replica (id, image_version_id, pool_id, volume, state) values (?, ?, ?, ?, 'ready')", [newId(), versionId, ground.world.poolId, volume])
    await openSimulatedHost(place.host).bind(patient).createVolume(ground.pool, { name: volume, capacityBytes: 4096, backing: undefined })
    return {
      ...place,
      ask: async () => {
        const { taskId } = await deleteImage(requestOf(ground.db, ground.world.superuser), { imageId })
        return sagaOfTask(ground.db, taskId)
      },
      check: async () => { assert.equal(place.inventory(), before) },
    }
  },
})
