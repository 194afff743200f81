import { isOperator } from '../server/app/reader.ts'
import type { ImageVersionWithReplicas } from '../server/db/queries/inventory.ts'
import { builder } from './builder.ts'
import { ImageVersionType } from './image.ts'
import { PoolType } from './pool.ts'

type Copy = ImageVersionWithReplicas['replicas'][number]

const ImageCopyState = builder.enumType('ImageCopyState', {
  description: 'Whether disks can be made from a pool\'s copy of an image.',
  values: {
    UPLOADING: { value: 'uploading' satisfies Copy['state'], description: 'It is being brought into the pool.' },
    READY: { value: 'ready' satisfies Copy['state'], description: 'Disks are made from it.' },
    FAILED: { value: 'failed' satisfies Copy['state'], description: 'It could not be brought; copyImage tries again.' },
  },
})

const ImageCopy = builder.objectRef<Copy>('ImageCopy').implement({
  description: 'The content of an image in one pool.',
  fields: (t) => ({
    pool: t.field({ type: PoolType, description: 'The pool.', resolve: ({ poolId }) => poolId }),
    state: t.expose('state', { type: ImageCopyState, description: 'Whether disks can be made from it.' }),
  }),
})

builder.objectField(ImageVersionType, 'copies', (t) => t.field({
  type: [ImageCopy],
  nullable: true,
  complexity: { field: 1, multiplier: 5 },
  description: 'The pools that hold it or are given it, for superusers; null for everybody else.',
  resolve: ({ copies }, _args, { actor }) => (isOperator(actor) ? copies : null),
}))
