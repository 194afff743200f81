import { sql } from 'kysely'
import { imageDelete, imageFetch, imageImport } from '../../jobs/contract/image.ts'
import { notFound } from '../auth/authorize.ts'
import { Image } from '../db/entities/catalogue.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import type { ImageFormat } from '../model/disk-image.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkDigest, checkImageUrl } from '../model/image-input.ts'
import type { DigestInput } from '../model/image-input.ts'
import { checkName } from '../model/names.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import { lockEntry } from './catalogue.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { someOf } from './in-use.ts'
import { lockPool, wrongState } from './pool.ts'
import type { LockedPool } from './pool.ts'
import { violatedUnique } from './retry.ts'
import { planVisibility, writeVisibility } from './visibility.ts'
import type { VisibilityInput } from './visibility.ts'

export interface UpdateImageInput extends VisibilityInput, Asked { imageId: string; name?: string | null | undefined; os?: string | null | undefined }

/** Changes name, operating system and who may use it; its versions never change. Templates made from it stay offered to whom they are. */
export async function updateImage(context: AppContext, input: UpdateImageInput): Promise<Done> {
  const { imageId: id, name, os } = input
  return act(context, { method: 'updateImage', input, objectId: id }, async (act) => {
    const entry = await lockEntry(act, 'image', id)
    const visibility = planVisibility(input)
    const change = { ...(name == null ? {} : { name: checkName(name) }), ...(os == null ? {} : { os: checkName(os, 'os') }) }
    if (Object.keys(change).length > 0) await kyselyOf(act.em).updateTable('image').set(change).where('id', '=', id).execute().catch(nameTaken)
    if (visibility) await writeVisibility(act.em, 'image', id, visibility)
    act.plan.step(`The image ${entry.name} is changed.`)
    return { taskId: null }
  })
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'image_name_key') throw error
  throw new KloudakError('CONFLICT', 'An image of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

export interface ImportImageInput extends VisibilityInput, DigestInput, Asked {
  /** Another version of this image; a new image of `name` and `os` without it. */
  imageId?: string | null | undefined
  name?: string | null | undefined
  os?: string | null | undefined
  url: string
  /** Found out when not given. */
  format?: ImageFormat | null | undefined
  poolId: string
}

/**
 * Makes a version of an image of what lies at an address of the web: a worker reads it, holds it against the digest, and
 * brings it into the pool. When that fails nothing of it stays. CONFLICT when a new image's name is taken. For superusers.
 */
export async function importImage(context: AppContext, input: ImportImageInput): Promise<Done> {
  const { imageId, poolId, format } = input
  const id = imageId ?? newId()
  return act(context, { method: 'importImage', input, objectId: id }, async (act) => {
    const pool = await lockTakingPool(act, poolId)
    const [url, digest] = [checkImageUrl(input.url), checkDigest(input)]
    const name = imageId == null ? await insertImage(act.em, id, input) : await lockForVersion(act, imageId, input)
    act.plan.step(imageId == null ? `The image ${name} is made of what lies at ${url}, and its copy put into the pool ${pool.name}.` : `What lies at ${url} becomes the newest version of the image ${name}, and its copy is put into the pool ${pool.name}.`)
    return act.startTask({
      contract: imageFetch, input: { imageId: id, isNew: imageId == null, imageVersionId: newId(), poolId, replicaId: newId(), url, digest, format: format ?? null },
      workspaceId: null, object: { type: 'image', id, name },
    })
  })
}

async function insertImage(em: Em, id: string, input: ImportImageInput): Promise<string> {
  for (const field of ['name', 'os'] as const) if (input[field] == null) throw new KloudakError('INVALID_INPUT', 'A new image has a name and an operating system.', { field, remedy: 'Give both, or imageId for another version of an image.' })
  const visibility = planVisibility(input)
  const name = checkName(input.name!)
  await em.insert(Image, { id, name, os: checkName(input.os!, 'os') }).catch(nameTaken)
  if (visibility) await writeVisibility(em, 'image', id, visibility)
  return name
}

async function lockForVersion(act: Act, imageId: string, { name, os, isPublic, workspaceIds }: ImportImageInput): Promise<string> {
  const given = Object.entries({ name, os, isPublic, workspaceIds }).find(([, value]) => value != null)
  if (given) throw new KloudakError('INVALID_INPUT', 'Another version changes only what the image holds.', { field: given[0], remedy: 'Leave it out, and change it by updateImage.' })
  const image = await lockEntry(act, 'image', imageId)
  if (image.retired) throw retired()
  return image.name
}

const retired = () => new KloudakError('WRONG_STATE', 'This image is no longer offered.', { field: 'imageId', remedy: 'Restore it first.' })

async function lockTakingPool(act: Act, poolId: string): Promise<LockedPool> {
  const pool = await lockPool(act, poolId)
  if (pool.state !== 'ready') throw wrongState(pool)
  return pool
}

export interface CopyImageInput extends Asked {
  imageId: string
  /** Its version's number; the newest one when it is not given. */
  version?: number | null | undefined
  poolId: string
}

/** Brings a version of an image into another pool. One that the pool holds already is left as it is, without a task. For superusers. */
export async function copyImage(context: AppContext, input: CopyImageInput): Promise<Done> {
  const { imageId, poolId } = input
  return act(context, { method: 'copyImage', input, objectId: imageId }, async (act) => {
    const pool = await lockTakingPool(act, poolId)
    const image = await lockEntry(act, 'image', imageId)
    if (image.retired) throw retired()
    const version = await versionOf(act.em, imageId, input.version, poolId)
    act.plan.step(`Version ${version.number} of the image ${image.name} is put into the pool ${pool.name}.`)
    if (version.state === 'ready') return { taskId: null }
    if (version.state === 'uploading') throw new KloudakError('CONFLICT', 'This version is being copied into the pool.', { field: 'poolId', remedy: 'Wait for that task.' })
    await sql`
      insert into image_replica (id, image_version_id, pool_id, volume) values (${newId()}, ${version.id}, ${poolId}, ${`image-${version.id}.${version.format}`})
      on conflict (image_version_id, pool_id) do update set state = 'uploading', updated_at = now()`.execute(kyselyOf(act.em))
    return act.startTask({ contract: imageImport, input: { imageVersionId: version.id, poolId }, workspaceId: null, object: { type: 'image', id: imageId, name: image.name } })
  })
}

interface FoundVersion { id: string; number: number; format: ImageFormat; state: 'uploading' | 'ready' | 'failed' | null }

async function versionOf(em: Em, imageId: string, number: number | null | undefined, poolId: string): Promise<FoundVersion> {
  const { rows: [version] } = await sql<FoundVersion>`
    select image_version.id, number, format, image_replica.state from image_version left join image_replica on image_version_id = image_version.id and pool_id = ${poolId}
    where image_id = ${imageId} and (${number ?? null}::integer is null or number = ${number ?? null}::integer) order by number desc limit 1`.execute(kyselyOf(em))
  if (!version) throw notFound('version of the image', 'version')
  return version
}

/**
 * Forgets an image that no template and no VM stands on; a task deletes its copies in the pools. CONFLICT names what stands on
 * it, or says that it is being copied. For superusers.
 */
export async function deleteImage(context: AppContext, input: Asked & { imageId: string }): Promise<Done> {
  const { imageId: id } = input
  return act(context, { method: 'deleteImage', input, objectId: id }, async (act) => {
    const { em } = act
    const { name } = await lockEntry(act, 'image', id)
    // A VM that is being made from it at this moment is waited for, and then seen.
    await sql`select 1 from image_version where image_id = ${id} for update`.execute(kyselyOf(em))
    await requireUnusedImage(em, id)
    const { rows: copies } = await sql<{ poolId: string; volume: string; pool: string; state: string }>`
      delete from image_replica using image_version, pool where image_version_id = image_version.id and pool.id = pool_id and image_id = ${id}
      returning pool_id as "poolId", volume, pool.name as pool, state`.execute(kyselyOf(em))
    if (copies.some(({ state }) => state === 'uploading')) throw copying()
    await sql`delete from image_version where image_id = ${id}`.execute(kyselyOf(em))
    await sql`delete from image where id = ${id}`.execute(kyselyOf(em))
    act.plan.loss(`The image ${name} is gone.`)
    const left = copies.filter(({ state }) => state === 'ready')
    if (left.length === 0) return { taskId: null }
    act.plan.loss(`Its ${left.length === 1 ? 'copy' : 'copies'} in ${someOf([...new Set(left.map(({ pool }) => pool))].sort().slice(0, 5), new Set(left.map(({ pool }) => pool)).size)} ${left.length === 1 ? 'is' : 'are'} deleted.`)
    return act.startTask({ contract: imageDelete, input: { imageId: id, copies: left.map(({ poolId, volume }) => ({ poolId, volume })) }, workspaceId: null, object: { type: 'image', id, name } })
  })
}

const copying = () => new KloudakError('CONFLICT', 'The image is being imported or copied.', { field: 'imageId', remedy: 'Wait until that task has ended, or cancel it.' })

async function requireUnusedImage(em: Em, imageId: string): Promise<void> {
  const users = []
  for (const [what, table] of [['template', 'template'], ['VM', 'vm']] as const) {
    const { rows } = await sql<{ name: string; total: string }>`
      select name, count(*) over () as total from ${sql.table(table)} where image_version_id in (select id from image_version where image_id = ${imageId}) order by name limit 5`.execute(kyselyOf(em))
    if (rows.length > 0) users.push(`the ${rows.length > 1 ? `${what}s` : what} ${someOf(rows.map(({ name }) => name), Number(rows[0]!.total))}`)
  }
  if (users.length > 0) throw new KloudakError('CONFLICT', `The image is used by ${users.join(', ')}.`, { field: 'imageId', remedy: 'Delete these first, or retire the image: it is then offered to nobody any more.' })
  const { rows: [open] } = await sql<{ id: string }>`select id from task where object_id = ${imageId} and state in ('queued', 'running', 'undoing', 'stuck') limit 1`.execute(kyselyOf(em))
  if (open) throw copying()
}
