import { setTimeout as delay } from 'node:timers/promises'
import { plainError } from '../../server/model/host-error.ts'
import { creationCancelled } from '../../server/model/failure.ts'
import { vmCreate } from '../contract/vm.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { ensurePorts, findVm, openVm, removePorts, setPhase, writeSeed } from './vm-machine.ts'

const step = stepsOf<typeof vmCreate, Deps>()
const flattenPollMs = 250

/** Undone last: capacity and addresses are free again only when nothing of the VM is left on the host. */
const books = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      const { vmId } = context.input
      await em.execute('update address set released_at = now() where vm_id = ? and released_at is null', [vmId])
      await em.execute('delete from reservation where vm_id = ?', [vmId])
      await em.execute(`
        update vm set phase = 'failed', desired_power = 'stopped', observed_power = 'stopped',
          failure = coalesce((select error ->> 'message' from saga where id = ?), ?)
        where id = ? and phase <> 'deleting'`, [context.sagaId, creationCancelled, vmId])
    })
  },
})

const disk = step('disk', {
  kind: 'idempotent',
  do: async (context) => {
    const { plan, hypervisor } = await openVm(context)
    for (const { pool, volume, sizeBytes, backing } of plan.disks) await hypervisor.createVolume(pool, { name: volume, capacityBytes: sizeBytes, backing: backing && { ...backing, whole: plan.cloneMode === 'full' } })
  },
  undo: async (context) => {
    const found = await findVm(context)
    for (const { pool, volume, wipe } of found?.plan.disks ?? []) await found!.hypervisor.deleteVolume(pool, volume, { wipe })
  },
})

const seed = step('seed', {
  kind: 'idempotent',
  do: writeSeed,
  undo: async (context) => {
    const found = await findVm(context)
    // The seed holds the hash of a password: never left to be read from the freed blocks when the pool wipes.
    await found?.hypervisor.deleteVolume(found.plan.seed.pool, found.plan.seed.volume, { wipe: found.plan.disks.some(({ wipe }) => wipe) })
  },
})

/** The domain starts with its processors paused, so that QEMU and the ports are there and the guest has not run. */
const define = step('define', {
  kind: 'idempotent',
  do: async (context) => {
    await setPhase(context, 'network')
    const { plan, hypervisor } = await openVm(context)
    const now = await hypervisor.findVm(plan.domainUuid)
    if (now?.power === 'running') return
    if (now?.power !== 'paused') await hypervisor.defineVm(plan.domain)
    await hypervisor.startVm(plan.domainUuid, { paused: true })
  },
  undo: async (context) => {
    const found = await findVm(context)
    await found?.hypervisor.removeVm(found.plan.domainUuid)
  },
})

const network = step('network', {
  kind: 'idempotent',
  do: async (context) => { await ensurePorts(context, (await openVm(context)).plan) },
  undo: async (context) => {
    const found = await findVm(context)
    if (!found) return
    // Ports go with the domain; what a crash between the two left is removed after it.
    await found.hypervisor.removeVm(found.plan.domainUuid)
    await removePorts(context, found.plan)
  },
})

/** For a full copy: the host copies the image into the overlay while the guest waits (docs/adr/0001). */
const copy = step('copy', {
  kind: 'idempotent',
  do: async (context) => {
    const { plan, hypervisor } = await openVm(context)
    if (plan.cloneMode === 'linked') return
    for (const { position, backing } of plan.disks) {
      if (!backing) continue
      await hypervisor.startFlatten(plan.domainUuid, position)
      for (;;) {
        const { done, copiedBytes, totalBytes } = await hypervisor.flattenProgress(plan.domainUuid, position)
        if (done) break
        context.progress(totalBytes > 0 ? copiedBytes / totalBytes : 0)
        await delay(flattenPollMs, undefined, { signal: context.control.signal })
      }
    }
    await context.write(async (em) => { await em.execute('update disk set replica_id = null where vm_id = ?', [plan.vmId]) })
  },
  undo: async (context) => {
    const found = await findVm(context)
    if (found?.plan.cloneMode !== 'full' || !(await found.hypervisor.findVm(found.plan.domainUuid))) return
    for (const { position } of found.plan.disks) await found.hypervisor.cancelFlatten(found.plan.domainUuid, position)
  },
})

const start = step('start', {
  kind: 'idempotent',
  do: async (context) => {
    await setPhase(context, 'starting')
    const { plan, hypervisor } = await openVm(context)
    await hypervisor.resumeVm(plan.domainUuid)
    const now = await hypervisor.findVm(plan.domainUuid)
    if (now?.power !== 'running') throw plainError('INTERNAL', `The host says that the VM is ${now?.power ?? 'gone'} right after its start.`, { remedy: 'Look at the template: its image may not boot on this host.' })
    await setPhase(context, 'ready')
  },
})

export const vmCreateSaga = defineSaga(vmCreate, { steps: [books, disk, seed, define, network, copy, start] })
