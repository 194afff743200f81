import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { poolRef } from '../../server/db/queries/pool-ref.ts'
import type { PoolRef } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { StepContext } from '../saga/step.ts'
import { imageImport } from '../contract/image.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'

type Context = StepContext<{ imageVersionId: string; poolId: string }, Deps>
interface Import { host_id: string | null; pool_name: string; pool: PoolRef; volume: string; sha256: string; format: 'qcow2' | 'raw'; size_bytes: string; virtual_size_bytes: string; source_path: string | null }

const step = stepsOf<typeof imageImport, Deps>()

/** Any host of the pool's area that is up can write into it; the first by name, so that a repetition takes the same. */
async function read(context: Context) {
  const [row] = await context.em().execute<Import[]>(`
    select (select host.id from host where host.area_id = pool.area_id and host.state = 'up' order by host.frozen_at is not null, host.name limit 1) as host_id,
      pool.name as pool_name, ${poolRef} as pool, image_replica.volume, image_version.sha256, image_version.format, image_version.size_bytes, image_version.virtual_size_bytes, image_version.source_path
    from image_replica join image_version on image_version.id = image_replica.image_version_id join pool on pool.id = image_replica.pool_id
    where image_version.id = ? and pool.id = ?`, [context.input.imageVersionId, context.input.poolId])
  if (!row) throw new KloudakError('NOT_FOUND', 'The image replica is gone from the books.')
  if (!row.host_id) throw new KloudakError('UNAVAILABLE', `No host that reaches the pool ${row.pool_name} is up.`, { remedy: 'The import goes on when a host of the area is up.' })
  return { ...row, sizeBytes: Number(row.size_bytes), hypervisor: await context.deps.hosts.hypervisor(row.host_id, context.control) }
}

async function setState(context: Context, state: 'ready' | 'failed'): Promise<void> {
  await context.write(async (em) => {
    await em.execute('update image_replica set state = ?, updated_at = now() where image_version_id = ? and pool_id = ?', [state, context.input.imageVersionId, context.input.poolId])
  })
}

const books = step('undo-books', { kind: 'undoOnly', undo: async (context) => { await setState(context, 'failed') } })

const upload = step('upload', {
  kind: 'idempotent',
  // A host that is being enrolled comes up in a moment.
  retry: { attempts: 40, waitMs: 500 },
  do: async (context) => {
    const { hypervisor, pool, volume, format, sizeBytes, sha256, source_path: source } = await read(context)
    const found = isConverted(pool) ? undefined : await hypervisor.findVolume(pool, volume)
    if (found && (await hypervisor.checksumVolume(pool, volume, sizeBytes).catch(() => undefined)) === sha256) return
    if (!source) throw new KloudakError('NOT_FOUND', `The file of the image ${volume} is not known to this installation.`, { remedy: 'Register the image again with its file.' })
    await hypervisor.uploadVolume(pool, { name: volume, format, sizeBytes, data: watched(source, { sizeBytes, sha256, volume }, context) })
  },
  undo: async (context) => {
    const { hypervisor, pool, volume } = await read(context)
    await hypervisor.deleteVolume(pool, volume, { wipe: false })
  },
})

/** What Ceph is given is made raw on the way: what is stored there has another digest than the file. */
const isConverted = ({ source }: PoolRef) => source?.kind === 'rbd'

const changed = (volume: string) => new KloudakError('INTERNAL', `The image ${volume} reads back differently from what was registered.`, { remedy: 'The file changed after it was registered, or the storage is damaged: register the image again.' })

async function* watched(path: string, { sizeBytes, sha256, volume }: { sizeBytes: number; sha256: string; volume: string }, context: Context): AsyncGenerator<Uint8Array> {
  let sent = 0
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    context.control.signal.throwIfAborted()
    hash.update(chunk)
    yield chunk
    context.progress((sent += chunk.length) / sizeBytes)
  }
  if (sent === sizeBytes && hash.digest('hex') !== sha256) throw changed(volume)
}

/** Only what reads back as it was registered is ever used: a half-written replica stays `uploading`. */
const verify = step('verify', {
  kind: 'idempotent',
  do: async (context) => {
    const { hypervisor, pool, volume, sizeBytes, sha256, virtual_size_bytes: virtualSize } = await read(context)
    // What was sent was held against the registered digest, and Ceph keeps digests of its own.
    if (isConverted(pool) ? (await hypervisor.findVolume(pool, volume))?.capacityBytes === Number(virtualSize) : await hypervisor.checksumVolume(pool, volume, sizeBytes) === sha256) return
    throw changed(volume)
  },
})

/** A pivot: from here on disks may stand on the replica, so that it cannot be taken back. */
const ready = step('ready', { kind: 'pivot', do: async (context) => { await setState(context, 'ready') } })

export const imageImportSaga = defineSaga(imageImport, { steps: [books, upload, verify, ready] })
