import { claimHost, devicesOfHost, insertProof, markFenced, noteMissing, outageStanding, releaseHost } from '../../server/db/queries/outage.ts'
import type { DeviceRow, OutageStanding } from '../../server/db/queries/outage.ts'
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
 * does, and so does a person's word.
 */
const fence = step('fence', {
  kind: 'pivot',
  do: async (context): Promise<void> => {
    const { outageId, hostId } = context.input
    const standing = await outageStanding(context.em(), outageId)
    if (!standing || standing.hasEnded) return
    if (standing.isProven) return context.write((em) => markFenced(em, outageId))
    const devices = await devicesOfHost(context.em(), hostId)
    const hindered = hindrance(standing, devices)
    if (hindered) {
      await context.write((em) => noteMissing(em, outageId, hindered.missing))
      throw new NotYet(hindered.missing ?? `No VM is on host ${standing.hostName}.`, { retryAfterMs: restMs, ...(hindered.remedy && { remedy: hindered.remedy }) })
    }
    const requestedAt = await context.write((em) => claimHost(em, outageId))
    if (!requestedAt) throw new NotYet(`Host ${standing.hostName} has just been heard again.`, { retryAfterMs: lookMs })
    const failures: string[] = []
    for (const device of devices) {
      if (device.kind === 'manual') continue
      const failure = await switchOff(context, device, requestedAt)
      if (failure === undefined) return
      failures.push(failure)
    }
    const missing = `No fence device has confirmed that host ${standing.hostName} is off. ${failures.join(' ')}`
    await context.write(async (em) => { await releaseHost(em, outageId); await noteMissing(em, outageId, missing) })
    throw new NotYet(missing, { retryAfterMs: restMs, remedy: `Mend the device. Or: ${byHand}` })
  },
})

/** Returns why the device did not prove it; undefined when it did. */
async function switchOff(context: Context, device: DeviceRow, requestedAt: Date): Promise<string | undefined> {
  const { deps, control, log, input: { outageId } } = context
  try {
    const target = targetOf(deps, device)
    // Whatever this says, what counts is what is read afterwards.
    const refusal = await deps.fencing.off(target, control).then(() => undefined, (error: unknown) => { if (!(error instanceof KloudakError)) throw error; return error })
    const power = await deps.fencing.status(target, control)
    if (power !== 'off') return refusal?.message ?? `Its ${deviceName[device.kind]} device still says that it is on.`
  } catch (error) {
    if (!(error instanceof KloudakError) || error.code === 'CANCELLED') throw error
    log.warn({ device: device.id, err: error }, 'a fence device failed')
    return [error.message, error.remedy].filter(Boolean).join(' ')
  }
  const detail = `Its ${deviceName[device.kind]} device switched it off, and says that it is off.`
  await context.write(async (em) => {
    if (!(await insertProof(em, { outageId, method: 'device', deviceId: device.id, userId: null, requestedAt, detail }))) return
    await markFenced(em, outageId)
    await noteMissing(em, outageId, null)
  })
  log.warn({ device: device.id, alert: 'host-fenced' }, 'the host was switched off')
  return undefined
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
