import { copyImage, deleteImage, importImage, updateImage } from '../server/app/image.ts'
import type { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { ImageFormatType, ImageType } from './image.ts'
import { mutation } from './mutation.ts'
import { visibilityFields, workspacesOf } from './offer.ts'
import { TaskType } from './task.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const imageWithTask = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  image: t.field({ type: ImageType, nullable: true, description: 'The image; null when a dry run made none, or a repetition finds it gone.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that brings it into the pool; null for a dry run, and when it is there.' }),
})

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

mutation('importImage', {
  description: 'Makes an image, or another version of one, of what lies at an address of the web. The task reads it, holds it against the digest that is given, refuses what is no disk or leads to other files, and brings it into the pool; when it fails nothing of it stays. For superusers.',
  input: (t) => ({
    imageId: t.id({ description: 'The image that gets another version; left out, a new one is made.' }),
    name: t.string({ description: 'Of a new image: its name, unique in this Kloudak, 1 to 63 characters.' }),
    os: t.string({ description: 'Of a new image: the operating system in it, for people.' }),
    url: t.string({ required: true, description: 'Where it lies: http or https, as qcow2 or raw, not packed, to be read without signing in. It is kept, and the workers must reach it.' }),
    sha256: t.string({ description: 'The SHA-256 of the file, in hex, as its makers publish it; this or `sha512`.' }),
    sha512: t.string({ description: 'The SHA-512 of the file, in hex. It is then read twice.' }),
    format: t.field({ type: ImageFormatType, description: 'What kind of disk it is; found out when left out. Needed only of a raw disk without a boot sector.' }),
    poolId: t.id({ required: true, description: 'The pool that it is brought into first; others by copyImage.' }),
    ...visibilityFields(t),
  }),
  payload: imageWithTask,
  resolve: async (input, context) => {
    const { objectId, taskId } = await importImage(context, {
      ...input,
      imageId: input.imageId == null ? undefined : decodeId('Image', input.imageId, 'imageId'),
      poolId: decodeId('Pool', input.poolId, 'poolId'),
      workspaceIds: workspacesOf(input),
    })
    return { image: objectId, task: taskId }
  },
})

mutation('copyImage', {
  description: 'Brings a version of an image into another pool, from a pool that has it or from where it was imported. For superusers.',
  input: (t) => ({
    imageId: t.id({ required: true, description: 'The image.' }),
    version: t.int({ description: 'The number of its version; the newest when left out.' }),
    poolId: t.id({ required: true, description: 'The pool.' }),
  }),
  payload: imageWithTask,
  resolve: async (input, context) => {
    const { objectId, taskId } = await copyImage(context, { ...input, imageId: decodeId('Image', input.imageId, 'imageId'), poolId: decodeId('Pool', input.poolId, 'poolId') })
    return { image: objectId, task: taskId }
  },
})

mutation('deleteImage', {
  description: 'Deletes an image that no template and no VM stands on, and its copies in all pools; CONFLICT names what stands on it. For superusers.',
  input: (t) => ({ imageId: t.id({ required: true, description: 'The image.' }) }),
  payload: (t) => ({
    deletedId: t.id({ nullable: true, description: 'Its id, good for nothing any more; null after a dry run.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that deletes its copies; null for a dry run, and when there are none.' }),
  }),
  resolve: async (input, context) => {
    const { taskId } = await deleteImage(context, { ...input, imageId: decodeId('Image', input.imageId, 'imageId') })
    return { deletedId: input.dryRun ? null : input.imageId, task: taskId }
  },
})
