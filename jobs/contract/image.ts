import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

const uploadSteps = [
  { name: 'upload', title: 'Copy the image into the pool' },
  { name: 'verify', title: 'Check what was stored' },
  { name: 'ready', title: 'Put the image into service' },
] as const

/** Brings one image version into one pool as a read-only replica (decision 17). */
export const imageImport = defineContract({
  name: 'image-import',
  definition: 1,
  input: z.object({ imageVersionId: z.uuid(), poolId: z.uuid() }),
  locks: ({ imageVersionId }) => [objectKey('image', imageVersionId)],
  steps: uploadSteps,
})

/** Makes a version of an image of what lies at an address of the web, and brings it into its first pool. */
export const imageFetch = defineContract({
  name: 'image-fetch',
  definition: 1,
  input: z.object({
    imageId: z.uuid(),
    /** The image was begun for this import, and goes when nothing comes of it. */
    isNew: z.boolean(),
    /** That the version shall have, unless the image has the content already. */
    imageVersionId: z.uuid(),
    poolId: z.uuid(),
    /** That the copy in the pool shall have: by it the import knows its own. */
    replicaId: z.uuid(),
    url: z.url(),
    digest: z.object({ algorithm: z.enum(['sha256', 'sha512']), hex: z.string() }),
    format: z.enum(['qcow2', 'raw']).nullable(),
  }),
  locks: ({ imageId }) => [objectKey('image', imageId)],
  steps: [
    { name: 'look', title: 'Look at what the address serves' },
    { name: 'books', title: 'Note the version' },
    ...uploadSteps,
  ],
})

/** Takes the copies of an image, which the books have forgotten, out of their pools. */
export const imageDelete = defineContract({
  name: 'image-delete',
  definition: 1,
  input: z.object({ imageId: z.uuid(), copies: z.array(z.object({ poolId: z.uuid(), volume: z.string() })) }),
  locks: ({ imageId }) => [objectKey('image', imageId)],
  isFinal: true,
  steps: [{ name: 'copies', title: 'Delete its copies in the pools' }],
})
