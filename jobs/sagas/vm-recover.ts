import { anyHostFor, moveFromLost, needsRoom, noteStarted, recoveryStanding, roomElsewhere, wakeWorkOnVm } from '../../server/db/queries/recovery.ts'
import type { RecoveryStanding } from '../../server/db/queries/recovery.ts'
import { giveUpMove } from '../../server/db/queries/vm-move.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import { TenantWords } from '../../server/model/tenant-words.ts'
import { vmRecover } from '../contract/failover.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { joinPools } from './pool-hosts.ts'
import { ensurePorts, openVm, powerOn } from './vm-machine.ts'

type Context = StepContext<{ vmId: string }, Deps>

const step = stepsOf<typeof vmRecover, Deps>()

/** While another thing must happen first: hosts come and go, others let go of the VM, room becomes free. */
const lookMs = 500
const roomMs = 2_000

const goesOn = 'It goes on by itself when there is room, or when its host is back.'
const hostIsSilent = TenantWords.fixed('The host of the VM does not answer.', 'It goes on by itself when the host is back, or when nothing can run there any more.')

const standingOf = (context: Context) => recoveryStanding(context.em(), context.input.vmId, context.sagaId)

/** Where it shall run. Its own host when that lives, another one when its own is proven to be off; until then nobody knows, and it waits. */
const place = step('place', {
  kind: 'pivot',
  do: async (context): Promise<{ hostId: string | null }> => {
    const { vmId } = context.input
    const vm = await standingOf(context)
    if (!vm) return { hostId: null }
    if (vm.isBusy) throw new NotYet('Other work on the VM ends first.', { retryAfterMs: lookMs, tenant: TenantWords.fixed('Other work on the VM ends first.') })
    // What was moving may be at either end: its migration looks at both, and only then is anything started.
    if (vm.hostState === 'up') return { hostId: vm.migratingTo ? null : vm.hostId }
    if (vm.outageId === null) throw new NotYet(`Host ${vm.hostName} neither answers nor is proven to be off.`, { retryAfterMs: lookMs, tenant: hostIsSilent })
    // It may have arrived, and run there: it starts there, or nowhere before that host is proven to be off as well.
    if (vm.migratingTo && vm.migratingTo.state !== 'up' && !vm.migratingTo.isOff) throw new NotYet('The VM was moving to a host that does not answer either.', { retryAfterMs: lookMs, tenant: hostIsSilent })
    if (!needsRoom(vm)) {
      const hostId = vm.migratingTo?.state === 'up' ? vm.migratingTo.hostId : await anyHostFor(context.em(), vmId)
      if (hostId === undefined) throw new NotYet('No host of the area is up.', { retryAfterMs: roomMs, tenant: TenantWords.fixed('No host of the area can take the VM now.', goesOn) })
      return { hostId }
    }
    try {
      return { hostId: await context.write((em) => roomElsewhere(em, vmId, vm)) }
    } catch (error) {
      if (error instanceof KloudakError && error.code === 'NO_CAPACITY') throw new NotYet(error.message, { retryAfterMs: roomMs, remedy: goesOn, tenant: TenantWords.fixed('No host of the area has room for the VM now.', goesOn), cause: error })
      throw error
    }
  },
})

/** In one transaction with the look at the proof: a host that is heard again meanwhile keeps its VM. */
const move = step('move', {
  kind: 'idempotent',
  do: async (context) => {
    const { hostId } = context.output(place)
    if (hostId === null) return
    await context.write(async (em) => {
      if (await moveFromLost(em, context.input.vmId, hostId)) return
      const vm = await recoveryStanding(em, context.input.vmId, context.sagaId)
      if (vm && !vm.migratingTo) await giveUpMove(em, context.input.vmId)
    })
  },
})

/** Same disks, same cards, same tags. Only what is meant to run does. */
const start = step('start', {
  kind: 'idempotent',
  do: async (context) => {
    const { vmId } = context.input
    const vm = await standingOf(context)
    if (!vm || vm.migratingTo || context.output(place).hostId === null) return
    if (needsRoom(vm) && vm.phase !== 'disk') {
      // Lost in its turn: the recovery from that host begins anew once this one has ended.
      if (vm.outageId !== null) return
      if (vm.hostState !== 'up') throw new NotYet(`Host ${vm.hostName} does not answer.`, { retryAfterMs: lookMs, tenant: hostIsSilent })
      await onHost(context, vm)
    }
    await context.write(async (em) => { await noteStarted(em, vmId); await wakeWorkOnVm(em, vmId, context.sagaId) })
  },
})

async function onHost(context: Context, { phase, desiredPower }: Pick<RecoveryStanding, 'phase' | 'desiredPower'>): Promise<void> {
  const vm = await openVm(context)
  const { plan, hypervisor } = vm
  // A host that has lost its power may have lost its mounts with it.
  if (!(await wasMoved(context))) await joinPools(context, plan.hostId, hypervisor)
  const now = await hypervisor.findVm(plan.domainUuid)
  if (now?.power === 'running') return
  // A machine that waits for a memory that will not come has never run.
  const waits = now?.power === 'paused' && ['arriving', 'between'].includes(await hypervisor.migrationStanding(plan.domainUuid))
  if (waits) await hypervisor.removeVm(plan.domainUuid)
  if (waits || now?.power !== 'paused') await hypervisor.defineVm(plan.domain)
  if (phase === 'ready' && desiredPower === 'running') return powerOn(context, vm)
  // As its creation left it: that goes on from there.
  if (phase !== 'ready') { await hypervisor.startVm(plan.domainUuid, { paused: true }); await ensurePorts(context, plan) }
}

/** Whether this recovery gave it to the host that it is on. */
async function wasMoved({ em, input: { vmId } }: Context): Promise<boolean> {
  const rows = await em().execute<object[]>('select 1 from vm_recovery join vm on vm.id = vm_id and vm.host_id = to_host_id where vm_id = ? and started_at is null', [vmId])
  return rows.length > 0
}

export const vmRecoverSaga = defineSaga(vmRecover, { steps: [place, move, start] })
