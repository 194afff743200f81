import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import { takesNew } from '../db/queries/pool-ref.ts'
import type { Em } from '../db/orm.ts'
import { offeredTo } from '../db/queries/offer.ts'
import { KloudakError } from '../model/errors.ts'

/** What a VM is made from: a template, or an image with an instance type. */
export type VmSource = { templateId: string } | { instanceTypeId: string; imageId: string }

/** INVALID_INPUT unless it is exactly one way. */
export function chooseSource({ templateId, instanceTypeId, imageId }: { templateId?: string | null | undefined; instanceTypeId?: string | null | undefined; imageId?: string | null | undefined }): VmSource {
  const remedy = 'Give either templateId, or instanceTypeId and imageId.'
  if (templateId != null) {
    if (instanceTypeId == null && imageId == null) return { templateId }
    throw new KloudakError('INVALID_INPUT', 'A VM is made from a template, or from an image and an instance type: not from both.', { field: 'templateId', remedy })
  }
  if (instanceTypeId != null && imageId != null) return { instanceTypeId, imageId }
  throw new KloudakError('INVALID_INPUT', 'It is not said what the VM shall be made from.', { field: instanceTypeId != null ? 'imageId' : imageId != null ? 'instanceTypeId' : 'templateId', remedy })
}

export interface ImageContent { versionId: string; virtualSizeBytes: number }

/** What a new VM takes from its source, and keeps for its life: later changes of the source change no VM. */
export interface VmOrigin {
  templateId: string | null
  instanceTypeId: string | null
  cloneMode: 'linked' | 'full'
  vcpus: number
  memoryBytes: number
  diskBytes: number
  /** Of hosts. */
  requiredLabels: string[]
  avoidedLabels: string[]
  /** The template's content, or the image whose newest one is taken. */
  image: ImageContent | { imageId: string }
  /** The input's field that named the image. */
  imageField: 'templateId' | 'imageId'
  /** Of the installation: it comes along, so that a create asks once less. */
  macPrefix: string
}

interface SizesRow { vcpus: number; memoryBytes: string; diskBytes: string; requiredLabels: string[]; avoidedLabels: string[]; retired: boolean; macPrefix: string }
const sizesOf = ({ vcpus, memoryBytes, diskBytes, requiredLabels, avoidedLabels }: SizesRow) => ({ vcpus, memoryBytes: Number(memoryBytes), diskBytes: Number(diskBytes), requiredLabels, avoidedLabels })

/** NOT_FOUND for what is not offered to the workspace, as for what is not there; WRONG_STATE for what is not offered any more. */
export function readOrigin(em: Em, source: VmSource, workspaceId: string): Promise<VmOrigin> {
  return 'templateId' in source ? fromTemplate(em, source.templateId, workspaceId) : fromImage(em, source, workspaceId)
}

async function fromTemplate(em: Em, templateId: string, workspaceId: string): Promise<VmOrigin> {
  const { rows: [template] } = await sql<SizesRow & { versionId: string; virtualSizeBytes: string; cloneMode: 'linked' | 'full' }>`
    select image_version.id as "versionId", image_version.virtual_size_bytes as "virtualSizeBytes", template.clone_mode as "cloneMode",
      template.vcpus, template.memory_bytes as "memoryBytes", template.disk_bytes as "diskBytes", template.required_labels as "requiredLabels", template.avoided_labels as "avoidedLabels", template.retired_at is not null as retired, installation.mac_prefix as "macPrefix"
    from template join image_version on image_version.id = template.image_version_id cross join installation
    where template.id = ${templateId} and ${offeredTo('template', workspaceId)} for key share of image_version`.execute(kyselyOf(em))
  if (!template) throw notFound('template', 'templateId')
  if (template.retired) throw noLongerOffered('template', 'templateId')
  return {
    templateId, instanceTypeId: null, cloneMode: template.cloneMode, ...sizesOf(template), macPrefix: template.macPrefix,
    image: { versionId: template.versionId, virtualSizeBytes: Number(template.virtualSizeBytes) }, imageField: 'templateId',
  }
}

async function fromImage(em: Em, { instanceTypeId, imageId }: { instanceTypeId: string; imageId: string }, workspaceId: string): Promise<VmOrigin> {
  const { rows: [type] } = await sql<SizesRow>`
    select vcpus, memory_bytes as "memoryBytes", disk_bytes as "diskBytes", required_labels as "requiredLabels", avoided_labels as "avoidedLabels", retired_at is not null as retired, installation.mac_prefix as "macPrefix"
    from instance_type cross join installation where instance_type.id = ${instanceTypeId} and ${offeredTo('instance_type', workspaceId)}`.execute(kyselyOf(em))
  if (!type) throw notFound('instance type', 'instanceTypeId')
  if (type.retired) throw noLongerOffered('instance type', 'instanceTypeId')
  const { rows: [image] } = await sql<{ retired: boolean }>`
    select retired_at is not null as retired from image where id = ${imageId} and ${offeredTo('image', workspaceId)}`.execute(kyselyOf(em))
  if (!image) throw notFound('image', 'imageId')
  if (image.retired) throw noLongerOffered('image', 'imageId')
  return { templateId: null, instanceTypeId, cloneMode: 'linked', ...sizesOf(type), macPrefix: type.macPrefix, image: { imageId }, imageField: 'imageId' }
}

const noLongerOffered = (what: string, field: string) => new KloudakError('WRONG_STATE', `This ${what} is no longer offered.`, { field, remedy: `Choose another ${what}.` })

/** The content to make the disk from: of an image that was named as such the newest one that a pool of these areas holds, else the newest. */
export async function readContent(em: Em, { image }: VmOrigin, areaIds: readonly string[]): Promise<ImageContent> {
  if ('versionId' in image) return image
  const { rows: [version] } = await sql<{ versionId: string; virtualSizeBytes: string }>`
    select image_version.id as "versionId", virtual_size_bytes as "virtualSizeBytes" from image_version where image_id = ${image.imageId}
    order by exists (
      select 1 from image_replica join pool on pool.id = pool_id
      where image_version_id = image_version.id and image_replica.state = 'ready' and pool.area_id = any(${`{${areaIds.join(',')}}`}::uuid[]) and ${sql.raw(takesNew)}) desc, number desc limit 1 for key share of image_version`.execute(kyselyOf(em))
  if (!version) throw new KloudakError('WRONG_STATE', 'The image has no content yet.', { field: 'imageId', remedy: 'Choose another image.' })
  return { versionId: version.versionId, virtualSizeBytes: Number(version.virtualSizeBytes) }
}
