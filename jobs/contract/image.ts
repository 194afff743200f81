import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** Brings one image version into one pool as a read-only replica (decision 17). */
export const imageImport = defineContract({
  name: 'image-import',
  definition: 1,
  input: z.object({ imageVersionId: z.uuid(), poolId: z.uuid() }),
  locks: ({ imageVersionId }) => [objectKey('image', imageVersionId)],
  steps: [
    { name: 'upload', title: 'Copy the image into the pool' },
    { name: 'verify', title: 'Check what was stored' },
    { name: 'ready', title: 'Put the image into service' },
  ],
})
