import { sql } from 'kysely'
import { poolCreate, poolRefresh } from '../../jobs/contract/pool.ts'
import { notFound } from '../auth/authorize.ts'
import { Pool } from '../db/entities/infrastructure.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { checkOvercommit } from '../model/area.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import { checkCephKey, draftOf } from '../model/pool-input.ts'
import type { PoolDraft, PoolKindInput } from '../model/pool-input.ts'
import { poolStateOf } from '../model/pool.ts'
import type { PoolKind, PoolStanding, PoolState } from '../model/pool.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { lockArea } from './public-network.ts'
import { violatedUnique } from './retry.ts'

export interface CreatePoolInput extends Asked, PoolKindInput {
  areaId: string
  name: string
  wipeOnDelete?: boolean | null | undefined
  diskOvercommit?: number | null | undefined
}

/**
 * A pool on every host of the area; a task prepares it there. CONFLICT when its name, its folder or its storage is another
 * pool's of the area. For superusers.
 */
export async function createPool(context: AppContext, input: CreatePoolInput): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createPool', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    const name = checkName(input.name)
    const draft = draftOf(input, id)
    const diskOvercommit = checkOvercommit(input.diskOvercommit ?? 4, 'diskOvercommit')
    const area = await lockArea(act.em, input.areaId)
    act.plan.choice('area', area)
    await requireFree(act.em, area.id, draft)
    const secretSealed = draft.secret === undefined ? null : context.auth.seal({ table: 'pool', id }, draft.secret)
    const { kind, path, source } = draft
    await act.em.insert(Pool, {
      id, area: area.id, name, nameOnHosts: await nameOnHosts(act.em, area.id, name, id), kind, path, source: source ?? null, secretSealed,
      wipeOnDelete: input.wipeOnDelete ?? false, diskOvercommit, phase: 'creating',
    }).catch(nameTaken)
    if (act.wantsPlan) await planHosts(act, area.id)
    return act.startTask({ contract: poolCreate, input: { poolId: id }, workspaceId: null, object: { type: 'pool', id, name } })
  })
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'pool_area_id_name_key') throw error
  throw new KloudakError('CONFLICT', 'A pool of this name exists in the area.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

/** The same storage under two names would be promised twice. The caller holds the area's lock. */
async function requireFree(em: Em, areaId: string, { kind, path, source }: PoolDraft): Promise<void> {
  const place = source?.kind === 'netfs' ? { hosts: source.hosts, path: source.path } : source && { monitors: source.monitors, pool: source.pool }
  const [taken] = await em.execute<{ name: string; samePath: boolean }[]>(`
    select name, kind <> 'rbd' and path = ? as "samePath" from pool
    where area_id = ? and ((kind <> 'rbd' and ? <> 'rbd' and path = ?) or (kind = ? and source @> ?::jsonb)) order by name limit 1`, [path, areaId, kind, path, kind, JSON.stringify(place ?? null)])
  if (!taken) return
  const field = kind === 'rbd' ? 'rbd.pool' : kind === 'dir' ? 'dir.path' : taken.samePath ? 'netfs.path' : 'netfs.sourcePath'
  throw new KloudakError('CONFLICT', `The pool ${taken.name} of the area ${taken.samePath ? 'lies at this path' : 'is this storage'} already.`, { field, remedy: 'Use that pool, or other storage.' })
}

/** Its own name where a host's storage takes it and no other pool of the area was made under it, else one made from its id. */
async function nameOnHosts(em: Em, areaId: string, name: string, id: string): Promise<string> {
  const [taken] = await em.execute<object[]>('select 1 from pool where area_id = ? and coalesce(name_on_hosts, name) = ?', [areaId, name])
  return /^[A-Za-z0-9][\w.-]*$/.test(name) && !taken ? name : `pool-${id.slice(-12)}`
}

async function planHosts({ em, plan }: Act, areaId: string): Promise<void> {
  const hosts = await em.execute<{ name: string; able: boolean }[]>("select name, state = 'up' and frozen_at is null as able from host where area_id = ? and state <> 'retired' order by name", [areaId])
  const [able, later] = [hosts.filter((host) => host.able), hosts.filter((host) => !host.able)]
  plan.step(able.length > 0 ? `It is prepared on ${able.map(({ name }) => name).join(', ')}.` : 'No host of the area is up: hosts are given it when they are.')
  if (able.length > 0 && later.length > 0) plan.step(`${later.map(({ name }) => name).join(', ')} ${later.length > 1 ? 'are' : 'is'} given it when up again.`)
}

export interface UpdatePoolInput extends Asked {
  poolId: string
  name?: string | null | undefined
  wipeOnDelete?: boolean | null | undefined
  diskOvercommit?: number | null | undefined
  /** Another key of the Ceph user, which the hosts are then given. */
  secret?: string | null | undefined
}

/** Changes what is given. What was promised stays, also when a smaller overcommit would not promise it any more. For superusers. */
export async function updatePool(context: AppContext, input: UpdatePoolInput): Promise<Done> {
  const { poolId } = input
  return act(context, { method: 'updatePool', input, objectId: poolId }, async (act) => {
    const pool = await lockPool(act, poolId)
    const { name, wipeOnDelete, diskOvercommit, secret } = input
    if (secret != null && pool.kind !== 'rbd') throw new KloudakError('INVALID_INPUT', 'Only a pool of Ceph has a secret.', { field: 'secret', remedy: 'Leave it out.' })
    const key = secret == null ? undefined : checkCephKey(secret, 'secret')
    if (key !== undefined && pool.state !== 'ready' && pool.state !== 'retired' && pool.state !== 'maintenance') throw wrongState(pool)
    const change = {
      ...(name == null ? {} : { name: checkName(name) }),
      ...(wipeOnDelete == null ? {} : { wipeOnDelete }),
      ...(diskOvercommit == null ? {} : { diskOvercommit: checkOvercommit(diskOvercommit, 'diskOvercommit') }),
      ...(key === undefined ? {} : { secretSealed: context.auth.seal({ table: 'pool', id: poolId }, key) }),
    }
    if (Object.keys(change).length === 0) return { taskId: null }
    await kyselyOf(act.em).updateTable('pool').set({ ...change, ...(name == null ? {} : { nameOnHosts: sql<string>`coalesce(name_on_hosts, name)` }) }).where('id', '=', poolId).execute().catch(nameTaken)
    act.plan.step(`The pool ${pool.name} is changed.`)
    if (key === undefined) return { taskId: null }
    return act.startTask({ contract: poolRefresh, input: { poolId, endsMaintenance: false }, workspaceId: null, object: { type: 'pool', id: poolId, name: name ?? pool.name } })
  })
}

export interface LockedPool { id: string; name: string; kind: PoolKind; areaId: string; version: number; state: PoolState; isRetired: boolean }

/** Asks for a superuser and locks the pool until the transaction ends: nobody puts a disk into it meanwhile. */
export async function lockPool(act: Act, poolId: string): Promise<LockedPool> {
  act.requireSuperuser()
  const { rows: [row] } = await sql<Omit<LockedPool, 'state' | 'isRetired'> & PoolStanding>`
    select id, name, kind, area_id as "areaId", version, phase, maintenance_at as "maintenanceAt", retired_at as "retiredAt" from pool where id = ${poolId} for update`.execute(kyselyOf(act.em))
  if (!row) throw notFound('pool', 'poolId')
  const { phase, maintenanceAt, retiredAt, ...pool } = row
  act.object = { type: 'pool', id: pool.id, name: pool.name }
  act.plan.restsOn(`pool ${pool.id}`, pool.version)
  return { ...pool, state: poolStateOf({ phase, maintenanceAt, retiredAt }), isRetired: retiredAt != null }
}

export function wrongState({ name, state }: LockedPool): KloudakError {
  const why = { creating: 'is still being made', failed: 'could not be made', deleting: 'is being deleted', ready: 'is in service', maintenance: 'is in maintenance', retired: 'is retired' }[state]
  const remedy = { creating: 'Wait until its task has ended.', failed: 'Delete it, and create it anew.', deleting: 'Wait until it is gone.' }[state as string]
  return new KloudakError('WRONG_STATE', `The pool ${name} ${why}.`, { field: 'poolId', ...(remedy !== undefined && { remedy }) })
}
