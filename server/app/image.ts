import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { checkName } from '../model/names.ts'
import { act } from './act.ts'
import { lockEntry } from './catalogue.ts'
import type { AppContext, Asked, Done } from './context.ts'
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
