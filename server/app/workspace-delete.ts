import { sql } from 'kysely'
import { workspaceDelete } from '../../jobs/contract/workspace.ts'
import { kyselyOf } from '../db/kysely.ts'
import { formatBytes } from '../model/units.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { closeWorkspace } from './workspace-lock.ts'

export interface DeleteWorkspaceInput extends Asked { workspaceId: string }

/**
 * Deletes a workspace with all that is in it. From now on nothing new can be made there; a task deletes what there is,
 * thing by thing, and the members and the name go last. The plan lists everything.
 */
export async function deleteWorkspace(context: AppContext, input: DeleteWorkspaceInput): Promise<Done> {
  const { workspaceId } = input
  return act(context, { method: 'deleteWorkspace', input, objectId: workspaceId }, async (act) => {
    act.authorize('workspace:delete', workspaceId, 'workspace', 'workspaceId')
    const workspace = await closeWorkspace(act.em, workspaceId)
    act.plan.restsOn(`workspace ${workspaceId}`, workspace.version)
    if (act.wantsPlan) await planLosses(act, workspaceId)
    await kyselyOf(act.em).updateTable('workspace').set({ phase: 'deleting' }).where('id', '=', workspaceId).execute()
    return act.startTask({ contract: workspaceDelete, input: { workspaceId }, workspaceId, object: { type: 'workspace', id: workspaceId, name: workspace.name } })
  })
}

const named = 10

interface Things { total: string; names: string[]; hash: string | null }

/** All that would be lost, by number and by the first names; the plan rests on which things they are, not on how they do. */
async function planLosses({ em, plan }: Act, workspaceId: string): Promise<void> {
  const things = async (rows: ReturnType<typeof sql>): Promise<Things> => {
    const { rows: [found] } = await sql<Things>`
      select count(*) as total, coalesce((array_agg(name order by name, id))[1:${sql.lit(named)}], '{}') as names, md5(string_agg(id::text, ',' order by id)) as hash from (${rows}) thing`.execute(kyselyOf(em))
    return found!
  }
  const tell = (noun: string, { total, names, hash }: Things, lost: string): void => {
    plan.restsOn(`${noun}s`, hash)
    const [count, more] = [Number(total), Number(total) - names.length]
    if (count > 0) plan.loss(`${count} ${noun}${count === 1 ? ' is' : 's are'} ${lost}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`)
  }
  tell('VM', await things(sql`select id, name from vm where workspace_id = ${workspaceId}`), 'deleted')
  const { rows: [sums] } = await sql<{ running: string; disks: string; bytes: string; addresses: string }>`
    select (select count(*) from vm where workspace_id = ${workspaceId} and observed_power in ('running', 'paused')) as running,
      count(disk.id) as disks, coalesce(sum(disk.size_bytes), 0) as bytes,
      (select count(*) from address join vm on vm.id = address.vm_id where vm.workspace_id = ${workspaceId} and address.released_at is null) as addresses
    from disk join vm on vm.id = disk.vm_id where vm.workspace_id = ${workspaceId}`.execute(kyselyOf(em))
  const { running, disks, bytes, addresses } = sums!
  if (running !== '0') plan.loss(running === '1' ? '1 of them runs now and is stopped.' : `${running} of them run now and are stopped.`)
  if (disks !== '0') plan.loss(`${disks === '1' ? '1 disk is' : `${disks} disks are`} deleted with what is on ${disks === '1' ? 'it' : 'them'}: ${formatBytes(Number(bytes))}.`)
  tell('network', await things(sql`select id, name from network where workspace_id = ${workspaceId}`), 'deleted')
  if (addresses !== '0') plan.loss(`${addresses === '1' ? '1 address is' : `${addresses} addresses are`} given back.`)
  tell('member', await things(sql`select membership.id, user_account.username as name from membership join user_account on user_account.id = membership.user_id where membership.workspace_id = ${workspaceId}`), 'removed')
}
