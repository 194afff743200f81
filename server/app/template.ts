import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { Template } from '../db/entities/catalogue.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkGuestInterface, checkSize } from '../model/machine-size.ts'
import { checkDescription, checkName } from '../model/names.ts'
import { labelColumns } from '../model/placement/labels.ts'
import type { LabelsInput } from '../model/placement/labels.ts'
import { formatBytes } from '../model/units.ts'
import { act } from './act.ts'
import { lockEntry } from './catalogue.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { planVisibility, writeVisibility } from './visibility.ts'
import type { VisibilityInput } from './visibility.ts'

export type CloneMode = 'linked' | 'full'

export interface TemplateInput extends VisibilityInput, LabelsInput {
  name?: string | null | undefined
  os?: string | null | undefined
  description?: string | null | undefined
  vcpus?: number | null | undefined
  memoryBytes?: number | null | undefined
  diskBytes?: number | null | undefined
  imageId?: string | null | undefined
  /** Its version's number; the newest one when only the image is given. */
  imageVersion?: number | null | undefined
  guestInterface?: string | null | undefined
  cloneMode?: CloneMode | null | undefined
}

type Needed = 'name' | 'os' | 'vcpus' | 'memoryBytes' | 'diskBytes'
/** A template that is whole, its content known. */
export type NewTemplate = Omit<TemplateInput, Needed | 'imageId' | 'imageVersion'> & { [Key in Needed]: NonNullable<TemplateInput[Key]> } & { imageVersionId: string }

/** The columns that the input sets. INVALID_INPUT with the field at fault. */
function columnsOf(input: Omit<TemplateInput, 'imageId' | 'imageVersion'>) {
  const { name, os, description, vcpus, memoryBytes, diskBytes, guestInterface, cloneMode } = input
  checkSize(input)
  return {
    ...(name == null ? {} : { name: checkName(name) }),
    ...(os == null ? {} : { os: checkName(os, 'os') }),
    ...(description == null ? {} : { description: checkDescription(description) }),
    ...(vcpus == null ? {} : { vcpus }),
    ...(memoryBytes == null ? {} : { memoryBytes }),
    ...(diskBytes == null ? {} : { diskBytes }),
    ...labelColumns(input),
    ...(guestInterface == null ? {} : { guestInterface: checkGuestInterface(guestInterface) }),
    ...(cloneMode == null ? {} : { cloneMode }),
  }
}

export async function insertTemplate(em: Em, id: string, { imageVersionId, ...input }: NewTemplate): Promise<void> {
  const visibility = planVisibility(input)
  const { name, os, vcpus, memoryBytes, diskBytes } = input
  await em.insert(Template, { name, os, vcpus, memoryBytes, diskBytes, ...columnsOf(input), id, imageVersion: imageVersionId }).catch(nameTaken)
  await requireRoom(em, id)
  if (visibility) await writeVisibility(em, 'template', id, visibility)
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'template_name_key') throw error
  throw new KloudakError('CONFLICT', 'A template of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

/** A template's disk holds its image. */
async function requireRoom(em: Em, templateId: string): Promise<void> {
  const { rows: [small] } = await sql<{ needed: string }>`
    select virtual_size_bytes as needed from template join image_version on image_version.id = image_version_id where template.id = ${templateId} and disk_bytes < virtual_size_bytes`.execute(kyselyOf(em))
  if (small) throw new KloudakError('INVALID_INPUT', 'The disk is smaller than the image.', { field: 'diskBytes', remedy: `Give it at least ${formatBytes(Number(small.needed))}.` })
}

async function versionOf(em: Em, imageId: string, number: number | null | undefined): Promise<string> {
  const { rows: [image] } = await sql<{ retired: boolean; versionId: string | null }>`
    select retired_at is not null as retired, (select id from image_version where image_id = image.id and (${number ?? null}::integer is null or image_version.number = ${number ?? null}::integer) order by image_version.number desc limit 1) as "versionId"
    from image where image.id = ${imageId} for key share of image`.execute(kyselyOf(em))
  if (!image) throw notFound('image', 'imageId')
  if (image.retired) throw new KloudakError('WRONG_STATE', 'This image is no longer offered.', { field: 'imageId', remedy: 'Choose another image, or restore this one.' })
  if (image.versionId === null) throw notFound('version of the image', 'imageVersion')
  return image.versionId
}

/** CONFLICT when the name is taken. */
export async function createTemplate(context: AppContext, input: Omit<NewTemplate, 'imageVersionId'> & Asked & { imageId: string; imageVersion?: number | null | undefined }): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createTemplate', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    await insertTemplate(act.em, id, { ...input, imageVersionId: await versionOf(act.em, input.imageId, input.imageVersion) })
    act.object = { type: 'template', id, name: checkName(input.name) }
    act.plan.step(`The template ${input.name} is offered.`)
    return { taskId: null }
  })
}

/** Changes what is given, for VMs that are made from now on: those that exist stay as they are. */
export async function updateTemplate(context: AppContext, input: TemplateInput & Asked & { templateId: string }): Promise<Done> {
  const { templateId: id, imageId, imageVersion } = input
  return act(context, { method: 'updateTemplate', input, objectId: id }, async (act) => {
    const { em } = act
    const { name } = await lockEntry(act, 'template', id)
    if (imageVersion != null && imageId == null) throw new KloudakError('INVALID_INPUT', 'A version is one of an image.', { field: 'imageVersion', remedy: 'Give imageId too.' })
    const visibility = planVisibility(input)
    const change = { ...columnsOf(input), ...(imageId == null ? {} : { imageVersion: await versionOf(em, imageId, imageVersion) }) }
    if (Object.keys(change).length > 0) await kyselyOf(em).updateTable('template').set(change).where('id', '=', id).execute().catch(nameTaken)
    await requireRoom(em, id)
    if (visibility) await writeVisibility(em, 'template', id, visibility)
    act.plan.step(`The template ${name} is changed for VMs that are made from now on.`)
    return { taskId: null }
  })
}
