import { claimHost, devicesOfHost, disksBesideCeph, insertProof, markFenced, noteMissing, outageStanding, releaseHost } from '../../server/db/queries/outage.ts'
import type { DeviceRow, OutageStanding, Proof } from '../../server/db/queries/outage.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import { hostFence } from '../contract/failover.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { deviceName, targetOf } from './fence-device.ts'

type Context = StepContext<{ hostId: string; outageId: string }, Deps>

const step = stepsOf<typeof hostFence, Deps>()

/** Recoveries at once: those of one host must not keep everybody else's work waiting. */
const atOnce = 16
const lookMs = 500
/** While only a person, or the host itself, can change something; whoever changes it wakes the saga. */
const restMs = 5_000

const byHand = 'Make sure that the host is off, and confirm it with confirmHostDown; or give it a fence device.'

/** What keeps the host from being switched off, and what would help; undefined when nothing does. */
function hindrance({ isFrozen, duty, doubt, vms }: OutageStanding, devices: readonly DeviceRow[]): { missing: string | null; remedy?: string } | undefined {
  if (isFrozen) return { missing: 'The host waits for an operator\'s review: until then the books may be wrong about what runs where.', remedy: 'Review the host once it is back.' }
  if (vms === 0) return { missing: null }
  if (doubt !== null) return { missing: doubt, remedy: `It goes on by itself when that has changed. Or: ${byHand}` }
  if (duty === 'maintenance') return { missing: 'The host is in maintenance, in which nothing is switched off.', remedy: byHand }
  if (devices.every(({ kind }) => kind === 'manual')) return { missing: devices.length > 0 ? 'The host is switched off by hand.' : 'No fence device is configured.', remedy: byHand }
  return undefined
}

/**
 * Never two writers: that the host does not answer proves nothing. A device that switched it off and reads "off" afterwards
 * does, so does storage that serves it no more, and so does a person's word.
 */
const fence = step('fence', {
  kind: 'pivot',
  do: async (context): Promise<void> => {
    const { outageId, hostId } = context.input
    const standing = await outageStanding(context.em(), outageId)
    if (!standing || standing.hasEnded) return
    if (standing.isProven) return context.write(async (em) => { await markFenced(em, outageId); await noteMissing(em, outageId, null) })
    const devices = await devicesOfHost(context.em(), hostId)
    // A try before this one may have begun to cut it off, and not have got to its end.
    let mayBeCutOff = standing.isClaimed && !await isLetIn(context, devices)
    const hindered = hindrance(standing, devices)
    if (hindered) {
      await context.write(async (em) => {
        if (standing.isClaimed && !mayBeCutOff) await releaseHost(em, outageId)
        await noteMissing(em, outageId, hindered.missing)
      })
      throw new NotYet(hindered.missing ?? `No VM is on host ${standing.hostName}.`, { retryAfterMs: restMs, ...(hindered.remedy && { remedy: hindered.remedy }) })
    }
    const requestedAt = await context.write(async (em) => {
      const claimed = await claimHost(em, outageId)
      if (!claimed && !mayBeCutOff) await releaseHost(em, outageId)
      // How a try before this one ended says more, and stands until this one has.
      if (claimed && !standing.isTried) await noteMissing(em, outageId, 'Its fence devices are being asked to switch it off.')
      return claimed
    })
    if (!requestedAt) throw new NotYet(`Host ${standing.hostName} has just been heard again.`, { retryAfterMs: lookMs })
    const failures: string[] = []
    for (const device of devices) {
      if (device.kind === 'manual') continue
      const failure = device.kind === 'ceph' ? await cutOff(context, device, requestedAt) : await switchOff(context, device, requestedAt)
      if (failure === undefined) return
      failures.push(failure.message)
      mayBeCutOff ||= failure.mayBeCutOff ?? false
    }
    const missing = `No fence device has confirmed that host ${standing.hostName} is off. ${failures.join(' ')}`
    await context.write(async (em) => {
      // A host whose disks may not answer is not found to be up again before they do.
      if (!mayBeCutOff) await releaseHost(em, outageId)
      await noteMissing(em, outageId, missing, { tried: true })
    })
    throw new NotYet(missing, { retryAfterMs: restMs, remedy: `Mend the device. Or: ${byHand}` })
  },
})

/** Whether no storage keeps it cut off any more. */
async function isLetIn(context: Context, devices: readonly DeviceRow[]): Promise<boolean> {
  for (const device of devices.filter(({ kind }) => kind === 'ceph')) {
    try { await context.deps.fencing.letIn(await targetOf(context, device), context.control) } catch (error) {
      failureOf(context, device, error)
      return false
    }
  }
  return true
}

/** Why a device did not prove it; undefined when it did. */
interface Failure { message: string; mayBeCutOff?: boolean }

function failureOf({ log }: Context, device: DeviceRow, error: unknown): Failure {
  if (!(error instanceof KloudakError) || error.code === 'CANCELLED') throw error
  log.warn({ device: device.id, err: error }, 'a fence device failed')
  return { message: [error.message, error.remedy].filter(Boolean).join(' ') }
}

async function switchOff(context: Context, device: DeviceRow, requestedAt: Date): Promise<Failure | undefined> {
  const { deps, control } = context
  try {
    const target = await targetOf(context, device)
    // Whatever this says, what counts is what is read afterwards.
    const refusal = await deps.fencing.off(target, control).then(() => undefined, (error: unknown) => { if (!(error instanceof KloudakError)) throw error; return error })
    const power = await deps.fencing.status(target, control)
    if (power !== 'off') return { message: refusal?.message ?? `Its ${deviceName[device.kind]} device still says that it is on.` }
  } catch (error) {
    return failureOf(context, device, error)
  }
  return proven(context, device, { method: 'device', requestedAt, detail: `Its ${deviceName[device.kind]} device switched it off, and says that it is off.` })
}

/** All or nothing: a VM that has a disk elsewhere could go on writing there. */
async function cutOff(context: Context, device: DeviceRow, requestedAt: Date): Promise<Failure | undefined> {
  const { deps, control, em, input: { hostId } } = context
  const outside = await disksBesideCeph(em(), hostId)
  if (outside.length > 0) return { message: `Ceph cannot cut off ${outside.join(', ')}: not all of their disks are there.` }
  let mayBeCutOff = false
  try {
    const target = await targetOf(context, device)
    // Storage that does not answer is not asked for more.
    await deps.fencing.status(target, control)
    mayBeCutOff = true
    try {
      await deps.fencing.off(target, control)
      if (await deps.fencing.status(target, control) !== 'off') throw new KloudakError('UNAVAILABLE', 'Ceph still serves it.')
    } catch (error) {
      await deps.fencing.letIn(target, control)
      mayBeCutOff = false
      throw error
    }
  } catch (error) {
    return { ...failureOf(context, device, error), mayBeCutOff }
  }
  return proven(context, device, { method: 'storage', requestedAt, detail: `Ceph has cut it off at ${device.address}: what still runs there writes no more.` })
}

async function proven(context: Context, device: DeviceRow, proof: Pick<Proof, 'method' | 'requestedAt' | 'detail'>): Promise<undefined> {
  const { outageId } = context.input
  await context.write(async (em) => {
    if (!(await insertProof(em, { outageId, deviceId: device.id, userId: null, ...proof }))) return
    await markFenced(em, outageId)
    await noteMissing(em, outageId, null)
  })
  context.log.warn({ device: device.id, alert: 'host-fenced', method: proof.method }, 'the host is proven to be off')
}

/** Each VM by work of its own; those without room wait there, and hold nobody else up. */
const recover = step('recover', {
  kind: 'idempotent',
  do: async (context) => {
    const { outageId, hostId } = context.input
    for (;;) {
      const standing = await outageStanding(context.em(), outageId)
      if (!standing || standing.hasEnded || !standing.isProven || standing.vms === 0) return
      const { active, waiting } = await recoveriesOf(context)
      const begun = active < atOnce && await context.write((em) => context.deps.recoveries.next(em, hostId))
      if (begun) continue
      throw new NotYet(`${standing.vms} VM${standing.vms === 1 ? ' is' : 's are'} still to be recovered${waiting > 0 ? `; ${waiting} wait${waiting === 1 ? 's' : ''} for room` : ''}.`, { retryAfterMs: lookMs })
    }
  },
})

/** Recoveries of the host's VMs: at work, or waiting for room, which may take for ever. */
async function recoveriesOf({ em, input: { hostId } }: Context): Promise<{ active: number; waiting: number }> {
  const [row] = await em().execute<{ active: number; waiting: number }[]>(`
    select count(*) filter (where not waits)::integer as active, count(*) filter (where waits)::integer as waiting from (
      select saga.cursor = 0 and task.error is not null as waits from task join saga on saga.task_id = task.id join vm on vm.id = task.object_id
      where vm.host_id = ? and task.method = 'recoverVm' and task.state in ('queued', 'running', 'undoing', 'stuck')) open`, [hostId])
  return row!
}

export const hostFenceSaga = defineSaga(hostFence, { steps: [fence, recover] })
