import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import type { SimulatedSwitch } from './switch.ts'

/** Carries requests to the switch: `effect` is what it does, whole and at once, and what it answers. */
export interface Line {
  read<T>(name: string, effect: () => T): Promise<T>
  write<T>(name: string, effect: () => T): Promise<T>
}

/**
 * The way of a request, as over a real connection: the control is asked right before it leaves; from then on its effect
 * happens whether or not the caller still waits. A caller that gives up on a write, or whose connection breaks, gets
 * OUTCOME_UNKNOWN; a read leaves nothing unknown.
 */
export function lineTo({ reach }: SimulatedSwitch, control: CallControl): Line {
  const request = async <T>(name: string, lost: () => KloudakError, effect: () => T): Promise<T> => {
    if (control.signal?.aborted) throw cancelled(control)
    control.beforeCall()
    const fault = reach.faults?.take(name)
    if (!reach.reachable || fault?.kind === 'unsent') throw new KloudakError('UNAVAILABLE', `The switch of ${reach.name} cannot be reached.`)
    const setting = reach.options?.latencyMs
    const delayMs = typeof setting === 'function' ? setting(name) : setting ?? 0
    const answered = travel(delayMs).then(() => {
      if (!reach.reachable) throw lost()
      if (fault?.kind === 'refused') throw fault.error ?? new KloudakError('INTERNAL', `The switch of ${reach.name} refused ${name}.`)
      if (fault?.kind === 'lost-before') { reach.dropConnections(); throw lost() }
      const answer = effect()
      if (fault?.kind === 'lost-after') { reach.dropConnections(); throw lost() }
      return answer
    })
    return delayMs > 0 ? Promise.race([answered, givingUp(lost, control, answered)]) : answered
  }
  return {
    read: (name, effect) => request(name, () => (control.signal?.aborted ? cancelled(control) : new KloudakError('UNAVAILABLE', `No answer came to ${name}.`)), effect),
    write: (name, effect) => request(name, () => new KloudakError('OUTCOME_UNKNOWN', `No answer came to ${name}: it may have been carried out, or not.`), effect),
  }
}

export const cancelled = ({ signal }: CallControl) => new KloudakError('CANCELLED', 'The work was cancelled.', { cause: signal?.reason })

const travel = (delayMs: number) => (delayMs > 0 ? new Promise<void>((resolve) => { setTimeout(resolve, delayMs) }) : Promise.resolve())

/** Rejects when the caller's time is up or the work is cancelled on the way; never settles once the answer is there. */
function givingUp(lost: () => KloudakError, { timeoutMs, signal }: CallControl, answered: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => { reject(lost()) }
    const timer = setTimeout(giveUp, timeoutMs)
    signal?.addEventListener('abort', giveUp, { once: true })
    const settle = () => { clearTimeout(timer); signal?.removeEventListener('abort', giveUp) }
    answered.then(settle, settle)
  })
}
