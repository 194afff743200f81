import { poolDelete } from '../contract/pool.ts'
import { readClaim, removeMarker } from '../review/marker.ts'
import type { PoolOnHost } from '../review/pool-check.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { findPool, whereItStands } from './pool-hosts.ts'
import type { PoolPlan } from './pool-hosts.ts'

const step = stepsOf<typeof poolDelete, Deps>()

/**
 * A pivot: the first host may have lost it already when the next cannot be reached. The last host, one
 * that has the pool as it should if there is any, takes our marker with it.
 */
const hosts = step('hosts', {
  kind: 'pivot',
  callTimeoutMs: 60_000,
  do: async (context) => {
    const pool = await findPool(context, context.input.poolId)
    if (!pool) return
    const rows = await context.em().execute<{ id: string; name: string }[]>(`
      select id, name from host left join pool_host on pool_host.host_id = host.id and pool_host.pool_id = ?
      where area_id = ? and host.state not in ('enrolling', 'retired') order by coalesce(pool_host.state = 'ready', false), name`, [pool.id, pool.areaId])
    for (const [index, { id, name }] of rows.entries()) {
      const host = { hostName: name, hypervisor: await context.deps.hosts.hypervisor(id, context.control) }
      if (index === rows.length - 1) await whereItStands(context, () => unmark(pool, host))
      await host.hypervisor.removePool(pool.ref)
      await context.write(async (em) => { await em.execute('delete from pool_host where pool_id = ? and host_id = ?', [pool.id, id]) })
      context.progress((index + 1) / rows.length)
    }
  },
})

/** Another pool's marker, or another Kloudak's, is not ours to remove. */
async function unmark({ id, ref }: PoolPlan, { hypervisor }: PoolOnHost): Promise<void> {
  const claim = await readClaim(hypervisor, ref)
  if (claim.kind === 'claimed' && claim.poolId === id) await removeMarker(hypervisor, ref)
}

const books = step('books', {
  kind: 'idempotent',
  do: async (context) => {
    await context.write(async (em) => {
      await em.execute('delete from image_replica where pool_id = ?', [context.input.poolId])
      await em.execute('delete from pool where id = ?', [context.input.poolId])
    })
  },
})

export const poolDeleteSaga = defineSaga(poolDelete, { steps: [hosts, books] })
