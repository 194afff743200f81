import { sql } from 'kysely'
import { poolDelete, poolRefresh } from '../../jobs/contract/pool.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { someOf } from './in-use.ts'
import { lockPool, wrongState } from './pool.ts'
import type { LockedPool } from './pool.ts'

export interface PoolInput extends Asked { poolId: string }

const stands = ({ state }: LockedPool) => state === 'ready' || state === 'maintenance' || state === 'retired'

/** From now on no new disk and no image is put into it; what there is goes on. Doing it again changes nothing. For superusers. */
export async function retirePool(context: AppContext, input: PoolInput): Promise<Done> { return setRetired(context, 'retirePool', input, true) }

/** Takes a retirement back. */
export async function restorePool(context: AppContext, input: PoolInput): Promise<Done> { return setRetired(context, 'restorePool', input, false) }

async function setRetired(context: AppContext, method: string, input: PoolInput, retired: boolean): Promise<Done> {
  const { poolId } = input
  return act(context, { method, input, objectId: poolId }, async (act) => {
    const pool = await lockPool(act, poolId)
    if (!stands(pool)) throw wrongState(pool)
    if (pool.isRetired === retired) return { taskId: null }
    act.plan.step(retired ? `The pool ${pool.name} gets no new disks; those in it go on.` : `The pool ${pool.name} gets new disks again.`)
    await sql`update pool set retired_at = ${retired ? sql`now()` : sql`null`} where id = ${poolId}`.execute(kyselyOf(act.em))
    return { taskId: null }
  })
}

/**
 * In maintenance nothing new is put into the pool, and no VM with a disk in it is started; those that run go on. The end of a
 * maintenance is a task: it begins once every host is proven to have the same storage again. For superusers.
 */
export async function setPoolMaintenance(context: AppContext, input: PoolInput & { maintenance: boolean }): Promise<Done> {
  const { poolId, maintenance } = input
  return act(context, { method: 'setPoolMaintenance', input, objectId: poolId }, async (act) => {
    const pool = await lockPool(act, poolId)
    if (!stands(pool)) throw wrongState(pool)
    if ((pool.state === 'maintenance') === maintenance) return { taskId: null }
    if (!maintenance) return act.startTask({ contract: poolRefresh, input: { poolId, endsMaintenance: true }, workspaceId: null, object: { type: 'pool', id: poolId, name: pool.name } })
    await sql`update pool set maintenance_at = now() where id = ${poolId}`.execute(kyselyOf(act.em))
    act.plan.step(`Nothing new is put into the pool ${pool.name}, and no VM with a disk in it is started.`)
    const { rows: [running] } = await sql<{ vms: number }>`select count(distinct vm.id)::integer as vms from vm join disk on disk.vm_id = vm.id where disk.pool_id = ${poolId} and vm.observed_power in ('running', 'paused')`.execute(kyselyOf(act.em))
    if (running && running.vms > 0) act.plan.step(`${running.vms === 1 ? 'One VM' : `${running.vms} VMs`} with a disk in it ${running.vms === 1 ? 'runs, and goes' : 'run, and go'} on.`)
    return { taskId: null }
  })
}

/**
 * Takes a pool without disks off all hosts. What is in the storage stays there, copies of images too; only the marker goes, so
 * that the storage is nobody's. CONFLICT names the VMs that have disks in it, WRONG_STATE a host that cannot be reached now.
 * For superusers.
 */
export async function deletePool(context: AppContext, input: PoolInput): Promise<Done> {
  const { poolId } = input
  return act(context, { method: 'deletePool', input, objectId: poolId }, async (act) => {
    const pool = await lockPool(act, poolId)
    if (pool.state === 'creating' || pool.state === 'deleting') throw wrongState(pool)
    await requireEmpty(act.em, pool)
    await requireHosts(act.em, pool)
    const { rows: images } = await sql<{ name: string; total: string }>`
      select distinct image.name, count(*) over () as total from image_replica join image_version on image_version.id = image_version_id join image on image.id = image_version.image_id
      where pool_id = ${poolId} order by image.name limit 5`.execute(kyselyOf(act.em))
    if (images.length > 0) act.plan.loss(`The copies of the images ${someOf(images.map(({ name }) => name), Number(images[0]!.total))} in it are forgotten; their files stay in the storage.`)
    act.plan.loss(`The pool ${pool.name} is gone. What is in its storage stays there.`)
    await sql`update pool set phase = 'deleting' where id = ${poolId}`.execute(kyselyOf(act.em))
    return act.startTask({ contract: poolDelete, input: { poolId }, workspaceId: null, object: { type: 'pool', id: poolId, name: pool.name } })
  })
}

async function requireEmpty(em: Em, { id, name }: LockedPool): Promise<void> {
  const { rows: vms } = await sql<{ name: string; total: string }>`
    select name, count(*) over () as total from vm
    where exists (select from disk where disk.vm_id = vm.id and disk.pool_id = ${id}) or exists (select from reservation where reservation.vm_id = vm.id and reservation.pool_id = ${id}) order by name limit 5`.execute(kyselyOf(em))
  if (vms.length > 0) throw new KloudakError('CONFLICT', `The pool ${name} has disks of the ${vms.length > 1 ? 'VMs' : 'VM'} ${someOf(vms.map((vm) => vm.name), Number(vms[0]!.total))}.`, { field: 'poolId', remedy: 'Delete these first, or retire the pool: it then gets no new disks.' })
  const { rows: [copying] } = await sql<{ name: string }>`
    select image.name from image_replica join image_version on image_version.id = image_version_id join image on image.id = image_version.image_id where pool_id = ${id} and state = 'uploading' limit 1`.execute(kyselyOf(em))
  if (copying) throw new KloudakError('CONFLICT', `The image ${copying.name} is being copied into the pool ${name}.`, { field: 'poolId', remedy: 'Wait until that task has ended, or cancel it.' })
}

/** A host that is away would still have the pool when it is back, and nobody would know of it. */
async function requireHosts(em: Em, { areaId }: LockedPool): Promise<void> {
  const [away] = await em.execute<{ name: string; frozen: boolean }[]>("select name, frozen_at is not null as frozen from host where area_id = ? and state not in ('enrolling', 'retired') and (state <> 'up' or frozen_at is not null) order by name limit 1", [areaId])
  if (away) throw new KloudakError('WRONG_STATE', `Host ${away.name} ${away.frozen ? 'waits for a review' : 'cannot be reached now'}: the pool cannot be taken off it.`, { field: 'poolId', remedy: away.frozen ? 'Review the host first.' : 'Bring the host back, or retire it.' })
}

/** WRONG_STATE when a disk of the VM lies in a pool that is in maintenance: then it is not started. */
export async function requireDisksInService(em: Em, vmId: string, { tellsPool }: { tellsPool: boolean }): Promise<void> {
  const { rows: [pool] } = await sql<{ name: string }>`select pool.name from disk join pool on pool.id = disk.pool_id where disk.vm_id = ${vmId} and pool.maintenance_at is not null order by pool.name limit 1`.execute(kyselyOf(em))
  if (pool) throw new KloudakError('WRONG_STATE', tellsPool ? `The pool ${pool.name}, in which the VM has a disk, is in maintenance.` : 'The storage that the VM\'s disk lies in is in maintenance.', { field: 'vmId', remedy: 'Start it when the maintenance is over.' })
}
