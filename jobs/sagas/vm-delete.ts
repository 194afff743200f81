import { vmDelete } from '../contract/vm.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { findVm, removePorts } from './vm-machine.ts'

const step = stepsOf<typeof vmDelete, Deps>()

const remove = step('remove', {
  kind: 'pivot',
  do: async (context) => {
    const found = await findVm(context)
    await found?.hypervisor.removeVm(found.plan.domainUuid)
  },
})

const network = step('network', {
  kind: 'idempotent',
  do: async (context) => {
    const found = await findVm(context)
    if (found) await removePorts(context, found.plan)
  },
})

const disks = step('disks', {
  kind: 'idempotent',
  do: async (context) => {
    const found = await findVm(context)
    if (!found) return
    const { plan, hypervisor } = found
    for (const { pool, volume, wipe } of plan.disks) await hypervisor.deleteVolume(pool, volume, { wipe })
    await hypervisor.deleteVolume(plan.seed.pool, plan.seed.volume, { wipe: plan.disks.some(({ wipe }) => wipe) })
  },
})

/** Last, so that an address or a reservation is never given away while the VM could still use it. */
const books = step('books', {
  kind: 'idempotent',
  do: async (context) => {
    await context.write(async (em) => {
      const { vmId } = context.input
      await em.execute('update address set released_at = now() where vm_id = ? and released_at is null', [vmId])
      await em.execute('delete from vm where id = ?', [vmId])
    })
  },
})

export const vmDeleteSaga = defineSaga(vmDelete, { steps: [remove, network, disks, books] })
