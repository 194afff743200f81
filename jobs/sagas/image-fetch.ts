import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { imageFetch } from '../contract/image.ts'
import { headBytes, readDiskImage } from '../../server/model/disk-image.ts'
import type { DiskImageFacts } from '../../server/model/disk-image.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { Em } from '../../server/db/orm.ts'
import { takesNew } from '../../server/db/queries/pool-ref.ts'
import { download, headOf } from '../images/download.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { dropReplica, otherContent, setReplica, uploadReplica, verifyReplica } from './image-replica.ts'
import type { Replica } from './image-replica.ts'

type Input = z.infer<typeof imageFetch.input>
type Context = StepContext<Input, Deps>
interface Content extends DiskImageFacts { sizeBytes: number; sha256: string }

const step = stepsOf<typeof imageFetch, Deps>()
/** A server or a host may be away for a while. */
const retry = { attempts: 6, waitMs: 5_000 }

/** An image that this import began, and that got nothing of it, goes with it. */
const image = step('undo-image', {
  kind: 'undoOnly',
  undo: async (context) => {
    if (!context.input.isNew) return
    await context.write(async (em) => {
      await em.execute('delete from image where id = ? and not exists (select from image_version where image_id = image.id)', [context.input.imageId])
    })
  },
})

/** A digest of the other kind is only of use once all has been read: what is noted is always SHA-256. */
const look = step('look', {
  kind: 'idempotent',
  retry,
  do: async ({ input: { url, digest, format }, control, progress }): Promise<Content> => {
    const served = await download(url, control.signal)
    const { sizeBytes } = served
    if (digest.algorithm === 'sha256') return { ...readDiskImage(await headOf(served, headBytes), sizeBytes, format), sizeBytes, sha256: digest.hex }
    const [asked, noted] = [createHash(digest.algorithm), createHash('sha256')]
    let head = Buffer.alloc(0)
    let facts: DiskImageFacts | undefined
    let readBytes = 0
    for await (const piece of served.pieces) {
      if (!facts) head = Buffer.concat([head, piece]).subarray(0, headBytes)
      if (!facts && head.length === headBytes) facts = readDiskImage(head, sizeBytes, format)
      for (const hash of [asked, noted]) hash.update(piece)
      progress((readBytes += piece.length) / sizeBytes)
    }
    facts ??= readDiskImage(head, sizeBytes, format)
    if (asked.digest('hex') !== digest.hex) throw otherContent()
    return { ...facts, sizeBytes, sha256: noted.digest('hex') }
  },
})

/** A content that the image has already gets no second version, and is only brought into the pool. */
const books = step('books', {
  kind: 'idempotent',
  do: async (context): Promise<Replica & { isThere: boolean }> => {
    const { input } = context
    const content = context.output(look)
    return context.write(async (em) => {
      const imageVersionId = await noteVersion(em, input, content)
      return { imageVersionId, poolId: input.poolId, isThere: await noteReplica(em, input, imageVersionId, content) }
    })
  },
  undo: async (context) => { await context.write((em) => forget(em, context.input.replicaId)) },
})

async function noteVersion(em: Em, { imageId, imageVersionId, url }: Input, { sha256, format, sizeBytes, virtualSizeBytes }: Content): Promise<string> {
  const [image] = await em.execute<object[]>('select 1 from image where id = ? for update', [imageId])
  if (!image) throw new KloudakError('NOT_FOUND', 'The image is gone from the books.')
  const [known] = await em.execute<{ id: string }[]>('select id from image_version where image_id = ? and sha256 = ?', [imageId, sha256])
  if (known) {
    await em.execute('update image_version set source_url = coalesce(source_url, ?) where id = ?', [url, known.id])
    return known.id
  }
  await em.execute(`
    insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes, source_url)
    values (?, ?, (select coalesce(max(number), 0) + 1 from image_version where image_id = ?), ?, ?, ?, ?, ?)`, [imageVersionId, imageId, imageId, sha256, format, sizeBytes, virtualSizeBytes, url])
  return imageVersionId
}

/** True when the pool holds it already. */
async function noteReplica(em: Em, { poolId, replicaId }: Input, imageVersionId: string, { format }: Content): Promise<boolean> {
  const [pool] = await em.execute<object[]>(`select 1 from pool where id = ? and ${takesNew} for key share`, [poolId])
  if (!pool) throw new KloudakError('WRONG_STATE', 'The pool takes no images any more.', { field: 'poolId', remedy: 'Choose another pool.' })
  const [replica] = await em.execute<{ id: string; state: string }[]>('select id, state from image_replica where image_version_id = ? and pool_id = ? for update', [imageVersionId, poolId])
  if (replica?.id === replicaId) return false
  if (replica?.state === 'ready') return true
  if (replica?.state === 'uploading') throw new KloudakError('CONFLICT', 'Another task copies this content into the pool just now.', { field: 'poolId', remedy: 'Wait for that one.' })
  // Nothing was ever made from one that failed.
  await em.execute('delete from image_replica where image_version_id = ? and pool_id = ?', [imageVersionId, poolId])
  await em.execute('insert into image_replica (id, image_version_id, pool_id, volume) values (?, ?, ?, ?)', [replicaId, imageVersionId, poolId, `image-${imageVersionId}.${format}`])
  return false
}

/** The copy, and its version when that has no other and nothing names it. */
async function forget(em: Em, replicaId: string): Promise<void> {
  const [replica] = await em.execute<{ versionId: string }[]>('delete from image_replica where id = ? returning image_version_id as "versionId"', [replicaId])
  if (!replica) return
  await em.execute(`
    delete from image_version where id = ? and not exists (select from image_replica where image_version_id = image_version.id)
      and not exists (select from template where image_version_id = image_version.id) and not exists (select from vm where image_version_id = image_version.id)`, [replica.versionId])
}

const isThere = (context: Context) => context.output(books).isThere

const upload = step('upload', {
  kind: 'idempotent',
  retry,
  do: async (context) => { if (!isThere(context)) await uploadReplica(context, context.output(books)) },
  undo: async (context) => { if (!isThere(context)) await dropReplica(context, context.output(books)) },
})

const verify = step('verify', { kind: 'idempotent', do: async (context) => { if (!isThere(context)) await verifyReplica(context, context.output(books)) } })

/** A pivot: from here on disks may stand on the replica, so that it cannot be taken back. */
const ready = step('ready', { kind: 'pivot', do: async (context) => { if (!isThere(context)) await setReplica(context, context.output(books), 'ready') } })

export const imageFetchSaga = defineSaga(imageFetch, { steps: [image, look, books, upload, verify, ready] })
