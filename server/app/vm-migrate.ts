import { sql } from 'kysely'
import { vmMigrate } from '../../jobs/contract/vm-migrate.ts'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import { lockMovableVm, unfitHosts } from '../db/queries/vm-migrate.ts'
import type { MovableVm } from '../db/queries/vm-migrate.ts'
import { promiseElsewhere } from '../db/queries/vm-move.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { hindranceOf } from '../model/vm-move.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'

export interface MigrateVmInput extends Asked { vmId: string; hostId?: string | null | undefined }

/**
 * Moves a VM to another host of its area: a running one without a stop, a stopped one in the books and on both hosts. The
 * room there is promised at once. WRONG_STATE when it cannot be moved now, or the host named cannot take it; NO_CAPACITY when
 * no host has room. For superusers.
 */
export async function migrateVm(context: AppContext, input: MigrateVmInput): Promise<Done> {
  const { vmId, hostId } = input
  return act(context, { method: 'migrateVm', input, objectId: vmId }, async (act) => {
    act.requireSuperuser()
    const vm = await lockMovableVm(act.em, vmId)
    if (!vm) throw notFound('VM', 'vmId')
    const object = { type: 'vm', id: vmId, name: vm.name }
    act.object = object
    const hindrance = hindranceOf(vm)
    if (hindrance) throw new KloudakError('WRONG_STATE', hindrance.message, { field: 'vmId', remedy: hindrance.remedy })
    const to = await promiseMove(act.em, vm, hostId ?? undefined)
    act.plan.restsOn(`vm ${vmId}`, vm.version)
    act.plan.choice('host', to)
    act.plan.step(vm.observedPower === 'stopped' ? `The stopped VM ${vm.name} moves from host ${vm.hostName} to host ${to.name}.` : `The VM ${vm.name} moves from host ${vm.hostName} to host ${to.name} while it is ${vm.observedPower}.`)
    // Of no workspace: its members do not see hosts, and the task speaks of them.
    return act.startTask({ contract: vmMigrate, input: { vmId, fromHostId: vm.hostId, toHostId: to.id }, workspaceId: null, object })
  })
}

/** Promises the VM room on the host named, or the best one, among those that can run its machine. Errors as migrateVm. */
export async function promiseMove(em: Em, vm: MovableVm, to: string | undefined): Promise<{ id: string; name: string }> {
  const unfit = await unfitHosts(em, vm)
  if (to !== undefined) {
    const host = await hostNamed(em, to)
    if (to === vm.hostId) throw new KloudakError('WRONG_STATE', `The VM is on host ${host.name} already.`, { field: 'hostId', remedy: 'Choose another host, or leave it to Kloudak.' })
    if (host.areaId !== vm.areaId) throw new KloudakError('WRONG_STATE', `Host ${host.name} is in another area, and does not reach the VM's disks.`, { field: 'hostId', remedy: 'Choose a host of the VM\'s area.' })
    if (unfit.has(to)) throw new KloudakError('WRONG_STATE', `Host ${host.name} cannot run the VM's machine: ${unfit.get(to)}.`, { field: 'hostId', remedy: 'Choose another host, or leave it to Kloudak.' })
  }
  const id = await promiseElsewhere(em, { vmId: vm.id, exclude: [...unfit.keys()], to }).catch((error: unknown) => {
    if (!(error instanceof KloudakError && error.code === 'NO_CAPACITY' && to !== undefined)) throw error
    throw new KloudakError('NO_CAPACITY', error.message, { field: 'hostId', remedy: 'Choose another host, or leave it to Kloudak.', cause: error })
  })
  return { id, name: (await hostNamed(em, id)).name }
}

async function hostNamed(em: Em, hostId: string): Promise<{ name: string; areaId: string }> {
  const { rows: [host] } = await sql<{ name: string; areaId: string }>`select name, area_id as "areaId" from host where id = ${hostId} and state <> 'retired'`.execute(kyselyOf(em))
  if (!host) throw notFound('host', 'hostId')
  return host
}
