import { addReservation, endDrift, releaseLeakedAddress, releaseReservation } from '../../server/db/queries/drift-repair.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { driftRepair } from '../contract/drift.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { fabricOf, hypervisorOf, isStillSo, planOf, poolOf, portOf, refuseIfAnywhere, stands } from './drift-still.ts'
import type { RepairContext } from './drift-still.ts'
import { writeSeed } from './vm-machine.ts'

const step = stepsOf<typeof driftRepair, Deps>()

/** What is over by itself needs no repair; what must not be done is refused here, while there is a way back. */
const look = step('look', {
  kind: 'idempotent',
  do: async (context) => {
    const { kind, vmId, poolId } = context.input
    if (!await isStillSo(context)) return { differs: false }
    if (kind === 'vm-missing') await mayBeDefined(context)
    if (kind === 'volume-extra' && vmId !== null) await refuseIfAnywhere(context, (await poolOf(context)).areaId, ({ owner }) => owner?.vmId === vmId)
    if (kind === 'volume-extra' && vmId === null && poolId !== null) await refuseIfBacking(context)
    return { differs: true }
  },
})

/** The machine is nowhere, and its disks are there. */
async function mayBeDefined(context: RepairContext): Promise<void> {
  const plan = await planOf(context)
  if (!plan) return
  const [vm] = await context.em().execute<{ areaId: string }[]>('select area_id as "areaId" from vm where id = ?', [plan.vmId])
  await refuseIfAnywhere(context, vm!.areaId, ({ domainUuid }) => domainUuid === plan.domainUuid, plan.hostId)
  const hypervisor = await hypervisorOf(context)
  for (const { pool, volume } of [...plan.disks, plan.seed]) {
    if (!await stands(hypervisor, pool, volume)) throw new KloudakError('WRONG_STATE', `The volume ${volume} of ${plan.name} is not in the pool ${pool.name}.`, { remedy: 'Without its disks a VM cannot be made again: bring them back, or delete the VM.' })
  }
}

/** A disk that the books do not know may stand on an image that they do not know. */
async function refuseIfBacking(context: RepairContext): Promise<void> {
  const { hypervisor, pool } = await poolOf(context)
  const user = (await hypervisor.listVolumes(pool)).find(({ backingPath }) => backingPath === `${pool.path}/${context.input.subject}`)
  if (user) throw new KloudakError('WRONG_STATE', `The volume ${user.name} stands on this one.`, { remedy: 'Remove that one first, if it is not needed.' })
}

/** Repeating any of it does no harm, and nothing is lost by it: none needs an undo. */
const mend = step('mend', {
  kind: 'idempotent',
  do: async (context) => {
    if (!context.output(look).differs) return
    const { kind, vmId, hostId, poolId, subject } = context.input
    const plan = await planOf(context)
    if (kind === 'port-vlan') await (await fabricOf(context)).ensureVlan(portOf(plan, context)!)
    if (kind === 'seed-missing') await writeSeed({ ...context, input: { vmId: vmId! } })
    if (kind === 'vm-missing') await (await hypervisorOf(context)).defineVm(plan!.domain)
    if (kind === 'address-leaked') await context.write((em) => releaseLeakedAddress(em, subject))
    if (kind === 'reservation-leaked') await context.write((em) => releaseReservation(em, subject))
    if (kind === 'reservation-missing') await context.write((em) => addReservation(em, { vmId: vmId!, hostId, poolId }))
  },
})

const remove = step('remove', {
  kind: 'pivot',
  do: async (context) => {
    if (!context.output(look).differs) return
    const { kind, subject } = context.input
    if (kind === 'vm-extra') await (await hypervisorOf(context)).removeVm(subject)
    if (kind === 'port-extra') await (await fabricOf(context)).removePort(subject)
    if (kind === 'volume-extra') {
      const { hypervisor, pool, wipe } = await poolOf(context)
      await hypervisor.deleteVolume(pool, subject, { wipe })
    }
  },
})

const note = step('note', {
  kind: 'idempotent',
  do: async (context) => {
    const { differs } = context.output(look)
    await context.write((em) => endDrift(em, context.input.driftId, differs))
  },
})

export const driftRepairSaga = defineSaga(driftRepair, { steps: [look, mend, remove, note] })
