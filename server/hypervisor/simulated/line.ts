import { KloudakError } from '../../model/errors.ts'
import { hostError, hostSilent } from '../../model/host-error.ts'
import type { CallControl } from '../driver.ts'
import type { Fault } from './faults.ts'
import type { SimulatedHost } from './host.ts'

/** Carries one request to the simulated host: `effect` is what the host does, whole and at once, and what it answers. */
export type Request = <T>(name: string, effect: () => T) => Promise<T>

/**
 * The way of a request, as over a real connection: the control is asked right before it leaves; from then on its
 * effect happens whether or not the caller still waits; a caller that gives up, or whose connection breaks, gets
 * OUTCOME_UNKNOWN.
 */
export function lineTo(host: SimulatedHost, control: CallControl): Request {
  return async <T>(name: string, effect: () => T): Promise<T> => {
    if (control.signal?.aborted) throw new KloudakError('CANCELLED', 'The work was cancelled.', { cause: control.signal.reason })
    control.beforeCall()
    const fault = host.faults.take(name)
    if (!host.reachable || fault?.kind === 'unsent') throw hostError('UNAVAILABLE', host.name, (host) => `${host} cannot be reached.`)
    const delayMs = typeof host.options.latencyMs === 'function' ? host.options.latencyMs(name) : host.options.latencyMs ?? 0
    const carryOut = () => meet(host, name, fault, effect)
    // Even without latency the answer comes later than the question, as it does over any wire.
    return delayMs > 0 ? onTheWay(name, delayMs, control, carryOut) : Promise.resolve().then(carryOut)
  }
}

function meet<T>(host: SimulatedHost, name: string, fault: Fault | undefined, effect: () => T): T {
  if (!host.reachable) throw unknown(name)
  if (fault?.kind === 'refused') throw fault.error ?? new KloudakError('INTERNAL', `The host refused ${name}.`, { cause: new Error(`injected at ${name}`) })
  if (fault?.kind === 'lost-before') { host.dropConnections(); throw unknown(name) }
  const answer = effect()
  if (fault?.kind === 'lost-after') { host.dropConnections(); throw unknown(name) }
  return answer
}

function onTheWay<T>(name: string, delayMs: number, control: CallControl, carryOut: () => T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => { reject(unknown(name)) }
    const deadline = setTimeout(giveUp, control.timeoutMs)
    control.signal?.addEventListener('abort', giveUp, { once: true })
    setTimeout(() => {
      clearTimeout(deadline)
      control.signal?.removeEventListener('abort', giveUp)
      try { resolve(carryOut()) } catch (error) { reject(error instanceof Error ? error : new Error(String(error))) }
    }, delayMs)
  })
}

function unknown(name: string): KloudakError {
  return new KloudakError('OUTCOME_UNKNOWN', `No answer came to ${name}: it may have been carried out, or not.`, { tenant: hostSilent })
}
