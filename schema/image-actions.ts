import { updateImage } from '../server/app/image.ts'
import { decodeId } from './global-id.ts'
import { ImageType } from './image.ts'
import { mutation } from './mutation.ts'
import { visibilityFields, workspacesOf } from './offer.ts'

mutation('updateImage', {
  description: 'Changes what is given of an image: what it is called and who may use it. Templates made from it stay offered to whom they are. For superusers.',
  input: (t) => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    name: t.string({ description: 'Its new name, unique in this Kloudak.' }),
    os: t.string({ description: 'The operating system in it, for people.' }),
    ...visibilityFields(t),
  }),
  payload: (t) => ({ image: t.field({ type: ImageType, nullable: true, description: 'The image; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ image: (await updateImage(context, { ...input, imageId: decodeId('Image', input.imageId, 'imageId'), workspaceIds: workspacesOf(input) })).objectId }),
})
