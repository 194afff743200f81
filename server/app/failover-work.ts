import type { SagaContract } from '../../jobs/contract/contract.ts'
import { hostFence, hostRejoin, vmRecover } from '../../jobs/contract/failover.ts'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import type { Sender } from '../db/boss.ts'
import type { Em } from '../db/orm.ts'
import { startTask } from './task.ts'

const open = "('queued', 'running', 'undoing', 'stuck')"
/** Work that can wait until the VM is on another host, or that is over with it. All else has its turn first. */
const overtaken = new Set(['vm-create', 'vm-delete', 'vm-power', 'vm-update', 'vm-password', 'vm-attach', 'vm-detach', 'vm-migrate', 'drift-repair'])

interface Work<Input> { contract: SagaContract<Input>; input: Input; method: string; workspaceId: string | null; object: { type: string; id: string; name: string } }

/** What follows when hosts fail and return, begun by workers: nobody asked for it. */
export function failoverWork(sender: Sender) {
  const begin = <Input>(em: Em, { contract, input, method, workspaceId, object }: Work<Input>) =>
    startTask(em, sender, { contract, input, workspaceId, userId: null, method, object, publicInput: {}, requestId: null, clientAddress: null })
  const hostOf = async (em: Em, hostId: string) => (await em.execute<{ name: string }[]>('select name from host where id = ?', [hostId]))[0]
  const isOpen = async (em: Em, method: string, objectId: string) => (await em.execute<object[]>(`select 1 from task where object_id = ? and method = ? and state in ${open}`, [objectId, method])).length > 0

  async function recover(em: Em, vm: { id: string; name: string; workspace_id: string }): Promise<string> {
    const { sagaId } = await begin(em, { contract: vmRecover, input: { vmId: vm.id }, method: 'recoverVm', workspaceId: vm.workspace_id, object: { type: 'vm', id: vm.id, name: vm.name } })
    return sagaId
  }

  return {
    recoveries: {
      /** Those that a recovery gave to the host, and that were not started there before it was lost as well. */
      unstarted: async (em: Em, hostId: string): Promise<void> => {
        const vms = await em.execute<{ id: string; name: string; workspace_id: string }[]>(`
          select id, name, workspace_id from vm where host_id = ? and phase = 'ready' and desired_power = 'running' and exists (select from vm_recovery where vm_id = vm.id and to_host_id = vm.host_id and started_at is null)
            and not exists (select from task where object_id = vm.id and method = 'recoverVm' and state in ${open}) order by id`, [hostId])
        for (const vm of vms) await recover(em, vm)
      },

      /** Begins the recovery of the next VM of a lost host, those of the highest priority first. False when there is none left to begin. */
      next: async (em: Em, hostId: string): Promise<boolean> => {
        const [vm] = await em.execute<{ id: string; name: string; workspace_id: string }[]>(`
          select id, name, workspace_id from vm where host_id = ? and not exists (select from task where object_id = vm.id and method = 'recoverVm' and state in ${open})
          order by recovery_priority desc, memory_bytes desc, number limit 1 for no key update`, [hostId])
        if (!vm) return false
        await overtake(em, vm.id, await recover(em, vm))
        return true
      },
    },

    async begin(em: Em, { outageId, hostId }: { outageId: string; hostId: string }): Promise<void> {
      const host = await hostOf(em, hostId)
      if (host) await begin(em, { contract: hostFence, input: { outageId, hostId }, method: 'fenceHost', workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
    },

    async goOn(em: Em, outageId: string): Promise<void> {
      const rows = await em.execute<{ id: string }[]>(`
        update saga set run_after = now() where worker_id is null and state in ('running', 'stuck') and id in (select saga_id from object_lock where object_key = ?) returning id`, [`outage:${outageId}`])
      for (const { id } of rows) await sender.send(em, sagaQueue, { sagaId: id })
    },

    async rejoin(em: Em, hostId: string): Promise<void> {
      const host = await hostOf(em, hostId)
      if (!host || await isOpen(em, 'rejoinHost', hostId)) return
      await begin(em, { contract: hostRejoin, input: { hostId }, method: 'rejoinHost', workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
    },

    /** Those of these VMs that ran when they were last heard of, and are meant to run. */
    async restart(em: Em, hostId: string, domainUuids: readonly string[]): Promise<void> {
      const vms = await em.execute<{ id: string; name: string; workspace_id: string }[]>(`
        select id, name, workspace_id from vm where host_id = ? and domain_uuid = any (?::uuid[]) and phase = 'ready' and desired_power = 'running' and coalesce(last_known_power, observed_power) in ('running', 'unknown')
          and not exists (select from task where object_id = vm.id and method = 'recoverVm' and state in ${open}) order by id`, [hostId, `{${domainUuids.join(',')}}`])
      for (const vm of vms) await recover(em, vm)
    },

  }
}

/**
 * Puts the recovery before the work that waits for the lost host; that goes on where the VM is then. Whoever has such work
 * in hand at this moment is waited for by the recovery itself. The line's lock, which `startTask` took, is held.
 */
async function overtake(em: Em, vmId: string, sagaId: string): Promise<void> {
  const key = `vm:${vmId}`
  const ahead = await em.execute<{ id: string; name: string }[]>('select saga.id, saga.name from object_lock join saga on saga.id = object_lock.saga_id where object_key = ? and saga.id <> ?', [key, sagaId])
  if (ahead.length === 0 || ahead.some(({ name }) => !overtaken.has(name))) return
  // A claim that has looked at the line before this commits finds the row changed, and looks at its time again.
  await em.execute(`update saga set run_after = greatest(run_after, now() + interval '1 second') where worker_id is null and id = any (?::uuid[])`, [`{${ahead.map(({ id }) => id).join(',')}}`])
  await em.execute('update object_lock set ticket = (select min(ticket) - 1 from object_lock where object_key = ?) where object_key = ? and saga_id = ?', [key, key, sagaId])
}
