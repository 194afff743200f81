import { sql } from 'kysely'
import { networkDelete } from '../../jobs/contract/network.ts'
import type { Sender } from '../db/boss.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { someOf } from './in-use.ts'
import { lockNetwork } from './network.ts'
import { planQuotaFreed } from './quota.ts'
import { cancelOpenTasks } from './task-control.ts'

export interface DeleteNetworkInput extends Asked { networkId: string }

/** Deletes a network that nothing uses; CONFLICT names what does. Its VLAN and name are free when the task is done. */
export async function deleteNetwork(context: AppContext, input: DeleteNetworkInput): Promise<Done> {
  const { networkId } = input
  return act(context, { method: 'deleteNetwork', input, objectId: networkId }, async (act) => {
    // The lock keeps out whoever is about to use the network: a new interface needs a share of its row.
    const network = await lockNetwork(act, networkId, 'network:delete')
    await requireUnused(act.em, networkId)
    act.plan.loss(`The network ${network.name} is gone, and its VLAN is free for another.`)
    if (network.workspace != null) await planQuotaFreed(act, network.workspace, { networks: 1 })
    await giveUpNetwork(act.em, context.sender, networkId)
    return act.startTask({ contract: networkDelete, input: { networkId }, workspaceId: network.workspace ?? null, object: { type: 'network', id: networkId, name: network.name } })
  })
}

/** Lets nothing more begin on a network that goes, and ends what can still be ended. The caller holds its row. */
export async function giveUpNetwork(em: Em, sender: Sender, networkId: string): Promise<void> {
  await kyselyOf(em).updateTable('network').set({ phase: 'deleting' }).where('id', '=', networkId).execute()
  await cancelOpenTasks(em, sender, networkId)
}

async function requireUnused(em: Em, networkId: string): Promise<void> {
  const { rows } = await sql<{ name: string; total: string }>`
    select vm.name, count(*) over () as total from vm where exists (select 1 from vm_interface where vm_id = vm.id and network_id = ${networkId}) order by vm.name limit 5`.execute(kyselyOf(em))
  if (rows.length === 0) return
  throw new KloudakError('CONFLICT', `The network is used by ${someOf(rows.map(({ name }) => name), Number(rows[0]!.total))}.`, { field: 'networkId', remedy: 'Detach the network from these VMs, or delete them first.' })
}
