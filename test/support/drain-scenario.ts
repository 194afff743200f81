// A host that is emptied: its one VM moves by a task of its own, which the same worker does in its turn.
import assert from 'node:assert/strict'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import { drainHost } from '../../server/app/host-duty.ts'
import { addHost, assertMachine } from './migrate-scenario.ts'
import { newPlace, sagaOfTask, standingVm } from './saga-ground.ts'
import type { Ground } from './saga-ground.ts'
import { requestOf } from './verbs.ts'

export const drainScenario = (ground: Ground): Scenario => ({
  saga: 'host-drain',
  title: 'with a VM that runs',
  async makeWorld() {
    const em = ground.db.em.fork()
    await em.execute("update host set duty = 'service' where id = ?", [ground.host.id])
    const [from, to] = [await addHost(ground), await addHost(ground)]
    const place = await newPlace(ground, {}, [from, to])
    const [source, destination] = [place.others[0]!, place.others[1]!]
    const { vmId, plan } = await standingVm(ground, { ...place, ...source })
    await em.execute('update vm set host_id = ? where id = ?', [from.id, vmId])
    await em.execute('update reservation set host_id = ? where vm_id = ? and host_id is not null', [from.id, vmId])
    const { boots } = source.host.vms.get(plan.domainUuid)!
    return {
      ...place,
      // It calls no host itself: what its children's calls meet is played in scenarios of their own.
      hosts: { ...place.hosts, seen: () => 0 },
      ask: async () => {
        await em.execute("update host set duty = case id when ? then 'maintenance' else 'service' end where id in (?, ?, ?)", [ground.host.id, ground.host.id, from.id, to.id])
        return sagaOfTask(ground.db, (await drainHost(requestOf(ground.db, ground.world.superuser), { hostId: from.id })).taskId)
      },
      check: async (ending) => {
        const [row] = await em.execute<{ hostId: string; duty: string; drained: boolean; moves: number; open: number }[]>(`
          select vm.host_id as "hostId", host.duty, host.drain is not null as drained, (select count(*)::int from reservation where vm_id = vm.id and reason = 'move') as moves,
            (select count(*)::int from task where object_id = vm.id and state in ('queued', 'running', 'undoing', 'stuck')) as open from vm, host where vm.id = ? and host.id = ?`, [vmId, from.id])
        const isMoved = row!.hostId === to.id
        if (ending === 'done') assert.ok(isMoved)
        assert.deepEqual(row, { hostId: isMoved ? to.id : from.id, duty: ending === 'done' ? 'maintenance' : 'service', drained: ending === 'done', moves: 0, open: 0 })
        assertMachine(isMoved ? destination : source, isMoved ? source : destination, { domainUuid: plan.domainUuid, power: 'running', boots, ports: plan.ports })
        await em.execute('delete from vm where id = ?', [vmId])
        await em.execute('delete from host where id in (?, ?)', [from.id, to.id])
        await em.execute("update host set duty = 'service' where id = ?", [ground.host.id])
      },
    }
  },
})
