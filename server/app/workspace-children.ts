import { sql } from 'kysely'
import type { SagaContract } from '../../jobs/contract/contract.ts'
import { networkDelete } from '../../jobs/contract/network.ts'
import { vmDelete } from '../../jobs/contract/vm.ts'
import type { Sender } from '../db/boss.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { giveUpNetwork } from './network-delete.ts'
import { drainWork } from './host-drain-work.ts'
import { startTask } from './task.ts'
import { giveUpVm } from './vm-delete.ts'

interface Parent { taskId: string; workspaceId: string }
interface Kind<Input> { table: 'vm' | 'network'; method: string; contract: SagaContract<Input>; inputOf: (id: string) => Input; giveUp: (em: Em, sender: Sender, id: string) => Promise<void> }

/**
 * The work that other work begins. A workspace's deletion begins on the things in it the work that their own mutations would begin, in the name of
 * who asked for it all. Their permission to delete the workspace covers what is in it.
 */
export function workspaceChildren(sender: Sender) {
  const begins = <Input>(kind: Kind<Input>) => (em: Em, parent: Parent, limit: number) => begin(em, sender, kind, parent, limit)
  return {
    vm: begins({ table: 'vm', method: 'deleteVm', contract: vmDelete, inputOf: (vmId) => ({ vmId }), giveUp: giveUpVm }),
    drain: drainWork(sender),
    network: begins({ table: 'network', method: 'deleteNetwork', contract: networkDelete, inputOf: (networkId) => ({ networkId }), giveUp: giveUpNetwork }),
  }
}

/** Those whose deletion is not open: also one that a cancel has left half way. In the order of their ids, as their locks are taken. */
async function begin<Input>(em: Em, sender: Sender, { table, method, contract, inputOf, giveUp }: Kind<Input>, { taskId, workspaceId }: Parent, limit: number): Promise<void> {
  const by = await kyselyOf(em).selectFrom('task').select(['user', 'requestId', 'clientAddress']).where('id', '=', taskId).executeTakeFirstOrThrow()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from ${sql.table(table)} thing where workspace_id = ${workspaceId}
      and not exists (select 1 from task where task.workspace_id = ${workspaceId} and task.object_id = thing.id and task.method = ${method} and task.state in ('queued', 'running', 'undoing', 'stuck'))
    order by id limit ${limit} for no key update`.execute(kyselyOf(em))
  for (const { id, name } of rows) {
    await giveUp(em, sender, id)
    await startTask(em, sender, {
      contract, input: inputOf(id), workspaceId, userId: by.user ?? null, method, object: { type: table, id, name }, publicInput: {}, requestId: by.requestId ?? null, clientAddress: by.clientAddress ?? null,
    })
  }
}
