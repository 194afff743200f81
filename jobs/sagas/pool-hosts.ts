import type { StepContext } from '../saga/step.ts'
import { poolRef, standingPools } from '../../server/db/queries/pool-ref.ts'
import { notePoolHost } from '../../server/db/queries/pool-host.ts'
import type { HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { forgetProof, markPool, proveSame, requireOurs, startPoolOn } from '../review/pool-check.ts'
import type { CheckedPool, PoolOnHost } from '../review/pool-check.ts'
import type { Deps } from './deps.ts'

type Context = StepContext<unknown, Deps>
interface PoolRow { id: string; name: string; areaId: string; ref: PoolRef; secretSealed: Uint8Array | null; wasMarked: boolean }

export interface PoolPlan extends CheckedPool { areaId: string }
/** `isLasting`: what stands on it outlives its process, as on all but simulated hosts. */
export interface ReachedHost extends PoolOnHost { hostId: string; isLasting: boolean }

/** The pool as the books have it now; undefined when its row is gone. */
export async function findPool(context: Context, poolId: string): Promise<PoolPlan | undefined> {
  const [row] = await context.em().execute<PoolRow[]>(`
    select id, name, area_id as "areaId", ${poolRef} as ref, secret_sealed as "secretSealed", marked_at is not null as "wasMarked" from pool where id = ?`, [poolId])
  return row && { ...row, secret: secretOf(context, row) }
}

export async function openPool(context: Context, poolId: string): Promise<PoolPlan> {
  const pool = await findPool(context, poolId)
  if (!pool) throw new KloudakError('NOT_FOUND', 'The pool is gone from the books.')
  return pool
}

/** The pool's key, opened: never kept, never logged. */
export function secretOf({ deps }: Context, { id, secretSealed }: { id: string; secretSealed: Uint8Array | null }): string | undefined {
  return secretSealed ? deps.unseal({ table: 'pool', id }, secretSealed).toString() : undefined
}

/** The area's hosts that work can be done on now, by name. One that comes back later is given its pools by the watch. */
export async function reachHosts(context: Context, areaId: string): Promise<ReachedHost[]> {
  const rows = await context.em().execute<{ id: string; name: string; isLasting: boolean }[]>("select id, name, kind <> 'simulated' as \"isLasting\" from host where area_id = ? and state = 'up' and frozen_at is null order by name", [areaId])
  return Promise.all(rows.map(async ({ id, name, isLasting }) => ({ hostId: id, hostName: name, isLasting, hypervisor: await context.deps.hosts.hypervisor(id, context.control) })))
}

/** A folder that begins empty with each process need not have the marker that was there. */
const asSeenBy = ({ isLasting }: ReachedHost, pool: PoolPlan): PoolPlan => ({ ...pool, wasMarked: pool.wasMarked && isLasting })

/** Starts the pool on each of these hosts, and notes its size. */
export async function startOnHosts(context: Context, pool: PoolPlan, hosts: readonly ReachedHost[]): Promise<void> {
  for (const [index, host] of hosts.entries()) {
    const { capacityBytes, availableBytes } = await startPoolOn(host, pool)
    await context.write(async (em) => { await em.execute('update pool set capacity_bytes = ?, available_bytes = ?, observed_at = now() where id = ?', [capacityBytes, availableBytes, pool.id]) })
    context.progress((index + 1) / hosts.length)
  }
}

/** Holds the pool's marker against the books through every host, marks it, and proves that it is one storage. */
export async function proveOnHosts(context: Context, pool: PoolPlan, hosts: readonly ReachedHost[]): Promise<void> {
  for (const host of hosts) {
    const claim = await requireOurs(context.em(), host, asSeenBy(host, pool))
    if (host === hosts[0] && (claim.kind !== 'claimed' || claim.poolId === undefined)) await markPool(context.em(), host, pool)
  }
  await proveSame(hosts, pool, context.sagaId)
  await context.write(async (em) => {
    await em.execute('update pool set marked_at = now() where id = ? and marked_at is null', [pool.id])
    for (const { hostId } of hosts) await notePoolHost(em, { poolId: pool.id, hostId, state: 'ready' })
  })
}

/** Gives a host that joins the area all its pools, each proven to be the one that another host of the area has. */
export async function joinPools(context: Context, hostId: string, hypervisor: HypervisorDriver): Promise<void> {
  const [host] = await context.em().execute<{ name: string; areaId: string; isLasting: boolean }[]>(`select name, area_id as "areaId", kind <> 'simulated' as "isLasting" from host where id = ?`, [hostId])
  if (!host) throw new KloudakError('NOT_FOUND', 'The host is gone from the books.')
  const joining: ReachedHost = { hostId, hostName: host.name, isLasting: host.isLasting, hypervisor }
  for (const { id } of await standingPools(context.em(), hostId)) {
    const pool = await openPool(context, id)
    await startOnHosts(context, pool, [joining])
    const [other] = (await reachHosts(context, host.areaId)).filter((one) => one.hostId !== hostId)
    if (!other) continue
    // The marker of a pool that another host uses is there, or something is amiss on this one; whether on that one its own watch finds out.
    await requireOurs(context.em(), joining, asSeenBy(joining, pool))
    await proveSame([other, joining], pool, `${context.sagaId}-${id}`)
    await context.write((em) => notePoolHost(em, { poolId: id, hostId, state: 'ready' }))
  }
}

/** Takes back what `joinPools` may have left in the storage when it was cut off. */
export async function forgetJoin(context: Context, hostId: string): Promise<void> {
  const [host] = await context.em().execute<{ areaId: string }[]>('select area_id as "areaId" from host where id = ?', [hostId])
  for (const other of host ? await reachHosts(context, host.areaId) : []) {
    for (const { id, ref } of await standingPools(context.em(), hostId)) await whereItStands(context, () => forgetProof(other, ref, `${context.sagaId}-${id}`))
  }
}

/**
 * For what is removed from a pool: the host may not have it, or may not have started it. Its storage may also be away for good,
 * which looks as any error of the host's own: that is believed once it has stayed for a while.
 */
export async function whereItStands({ attempt, log }: Context, remove: () => Promise<void>): Promise<void> {
  try { await remove() } catch (error) {
    const isAway = error instanceof KloudakError && (error.code === 'NOT_FOUND' || error.code === 'WRONG_STATE' || (error.code === 'INTERNAL' && attempt > patience))
    if (!isAway) throw error
    log.warn({ err: error }, 'something of a pool could not be removed where it should stand')
  }
}

const patience = 3
