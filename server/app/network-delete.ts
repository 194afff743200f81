import { sql } from 'kysely'
import { networkDelete } from '../../jobs/contract/network.ts'
import { requireActor } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import type { AppContext, Done } from './context.ts'
import { once } from './idempotency.ts'
import { lockNetwork } from './network.ts'
import { startTask } from './task.ts'
import { cancelOpenTasks } from './task-control.ts'

export interface DeleteNetworkInput { networkId: string; idempotencyKey?: string | null | undefined }

/** Deletes a network that nothing uses; CONFLICT names what does. Its VLAN and name are free when the task is done. */
export async function deleteNetwork(context: AppContext, { networkId, idempotencyKey }: DeleteNetworkInput): Promise<Done> {
  const { id: userId } = requireActor(context.actor)
  return once(context, { method: 'deleteNetwork', key: idempotencyKey, input: { networkId }, objectId: networkId }, async (em) => {
    // The lock keeps out whoever is about to use the network: a new interface needs a share of its row.
    const network = await lockNetwork(em, context.actor, networkId, 'network:delete')
    await requireUnused(em, networkId)
    await kyselyOf(em).updateTable('network').set({ phase: 'deleting' }).where('id', '=', networkId).execute()
    await cancelOpenTasks(em, context.sender, networkId)
    return startTask(em, context.sender, {
      contract: networkDelete, input: { networkId }, workspaceId: network.workspace ?? null, userId, method: 'deleteNetwork', object: { type: 'network', id: networkId, name: network.name },
      publicInput: { networkId }, requestId: context.requestId,
    })
  })
}

const named = 5

async function requireUnused(em: Em, networkId: string): Promise<void> {
  const { rows } = await sql<{ name: string; total: string }>`
    select vm.name, count(*) over () as total from vm where exists (select 1 from vm_interface where vm_id = vm.id and network_id = ${networkId}) order by vm.name limit ${named}`.execute(kyselyOf(em))
  if (rows.length === 0) return
  const more = Number(rows[0]!.total) - rows.length
  throw new KloudakError('CONFLICT', `The network is used by ${rows.map(({ name }) => name).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`, { field: 'networkId', remedy: 'Delete these VMs first.' })
}
