import { poolRef } from '../../server/db/queries/pool-ref.ts'
import type { PoolRef } from '../../server/hypervisor/driver.ts'
import { imageDelete } from '../contract/image.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { noHost, someHostOf } from './image-replica.ts'

const step = stepsOf<typeof imageDelete, Deps>()

/** The books have forgotten them, so that nothing can be made from them any more. A pool that is gone has kept its files. */
const copies = step('copies', {
  kind: 'pivot',
  do: async (context) => {
    for (const [index, { poolId, volume }] of context.input.copies.entries()) {
      const [pool] = await context.em().execute<{ name: string; ref: PoolRef; host_id: string | null }[]>(`select pool.name, ${poolRef} as ref, ${someHostOf} as host_id from pool where id = ? and phase = 'ready'`, [poolId])
      if (!pool) continue
      if (!pool.host_id) throw noHost(pool.name)
      const hypervisor = await context.deps.hosts.hypervisor(pool.host_id, context.control)
      await hypervisor.deleteVolume(pool.ref, volume, { wipe: false })
      context.progress((index + 1) / context.input.copies.length)
    }
  },
})

export const imageDeleteSaga = defineSaga(imageDelete, { steps: [copies] })
