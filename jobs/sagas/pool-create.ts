import { KloudakError } from '../../server/model/errors.ts'
import { poolCreate, poolRefresh } from '../contract/pool.ts'
import { readClaim, removeMarker } from '../review/marker.ts'
import { forgetProof } from '../review/pool-check.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { findPool, openPool, proveOnHosts, reachHosts, startOnHosts, whereItStands } from './pool-hosts.ts'

type Context = StepContext<{ poolId: string }, Deps>

const step = stepsOf<typeof poolCreate, Deps>()

const books = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      await em.execute(`
        update pool set phase = 'failed', marked_at = null, failure = coalesce((select error ->> 'message' from saga where id = ?), 'The creation was cancelled.')
        where id = ? and phase = 'creating'`, [context.sagaId, context.input.poolId])
    })
  },
})

/** Which hosts will have it. One that has a pool of that name already keeps it, whatever becomes of ours. */
const look = step<{ hostIds: string[] }>('look', {
  kind: 'idempotent',
  do: async (context) => {
    const { ref, areaId } = await openPool(context, context.input.poolId)
    const hosts = await reachHosts(context, areaId)
    for (const { hostName, hypervisor } of hosts) {
      const found = await hypervisor.poolFacts(ref).catch((error: unknown) => {
        if (error instanceof KloudakError && error.code === 'NOT_FOUND') return undefined
        throw error
      })
      if (found) throw new KloudakError('CONFLICT', `Host ${hostName} has a pool named ${ref.name} already.`, { remedy: 'Choose another name, or remove that pool from the host: what is in it stays.' })
    }
    return { hostIds: hosts.map(({ hostId }) => hostId) }
  },
})

/** Those of the hosts that the look found which still can be worked on; the others get it, or lose it, when they are back. */
async function chosenHosts(context: Context) {
  const pool = await findPool(context, context.input.poolId)
  const { hostIds } = context.outputIfDone(look) ?? { hostIds: [] }
  return { pool, hosts: pool ? (await reachHosts(context, pool.areaId)).filter(({ hostId }) => hostIds.includes(hostId)) : [] }
}

async function openHosts(context: Context) {
  const { pool, hosts } = await chosenHosts(context)
  if (!pool) throw new KloudakError('NOT_FOUND', 'The pool is gone from the books.')
  return { pool, hosts }
}

const start = step('start', {
  kind: 'idempotent',
  // A mount waits for its server.
  callTimeoutMs: 60_000,
  do: async (context) => {
    const { pool, hosts } = await openHosts(context)
    await startOnHosts(context, pool, hosts)
  },
  undo: async (context) => {
    const { pool, hosts } = await chosenHosts(context)
    for (const { hypervisor } of hosts) await hypervisor.removePool(pool!.ref)
  },
})

const prove = step('prove', {
  kind: 'idempotent',
  do: async (context) => {
    const { pool, hosts } = await openHosts(context)
    await proveOnHosts(context, pool, hosts)
  },
  undo: async (context) => {
    const { pool, hosts } = await chosenHosts(context)
    for (const host of hosts) {
      await whereItStands(context, async () => {
        await forgetProof(host, pool!.ref, context.sagaId)
        const claim = await readClaim(host.hypervisor, pool!.ref)
        if (claim.kind === 'claimed' && claim.poolId === pool!.id) await removeMarker(host.hypervisor, pool!.ref)
      })
    }
    await context.write(async (em) => { await em.execute('delete from pool_host where pool_id = ?', [context.input.poolId]) })
  },
})

/** A pivot: from here on disks may be made in it. */
const ready = step('ready', {
  kind: 'pivot',
  do: async (context) => {
    await context.write(async (em) => { await em.execute("update pool set phase = 'ready', failure = null where id = ? and phase = 'creating'", [context.input.poolId]) })
  },
})

export const poolCreateSaga = defineSaga(poolCreate, { steps: [books, look, start, prove, ready] })

const again = stepsOf<typeof poolRefresh, Deps>()

async function allHosts(context: Context) {
  const pool = await openPool(context, context.input.poolId)
  return { pool, hosts: await reachHosts(context, pool.areaId) }
}

const startAgain = again('start', {
  kind: 'idempotent',
  callTimeoutMs: 60_000,
  do: async (context) => {
    const { pool, hosts } = await allHosts(context)
    await startOnHosts(context, pool, hosts)
  },
})

const proveAgain = again('prove', {
  kind: 'idempotent',
  do: async (context) => {
    const { pool, hosts } = await allHosts(context)
    await proveOnHosts(context, pool, hosts)
  },
  undo: async (context) => {
    const pool = await findPool(context, context.input.poolId)
    if (pool) for (const host of await reachHosts(context, pool.areaId)) await whereItStands(context, () => forgetProof(host, pool.ref, context.sagaId))
  },
})

const readyAgain = again('ready', {
  kind: 'pivot',
  do: async (context) => {
    if (!context.input.endsMaintenance) return
    await context.write(async (em) => { await em.execute('update pool set maintenance_at = null where id = ?', [context.input.poolId]) })
  },
})

export const poolRefreshSaga = defineSaga(poolRefresh, { steps: [startAgain, proveAgain, readyAgain] })
