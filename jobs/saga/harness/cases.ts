import type { ErrorCode } from '../../../server/model/errors.ts'
import type { RegisteredSaga } from '../registry.ts'
import type { Ending, HostFault } from './world.ts'

/** What happens at a place: `begun:disk`, `acted:disk`, `undo-begun:disk`, `undo-acted:disk` or `call:7`. */
export interface Disturbance {
  at: string
  act: { fail: ErrorCode } | 'crash' | 'cancel'
  /** How often; for ever until the saga is stuck, when not given. */
  times?: number
}

export interface Case {
  name: string
  disturb: Disturbance[]
  hostFault?: { nth: number; fault: HostFault }
  /** Ends that are right; a case with a cancel ends as cancelled exactly when the cancel was accepted. */
  endings: Ending[]
  /** The saga must have been stuck, and gone on when a person said so. */
  isStuck?: boolean
}

/**
 * What a run showed: how many calls on hosts there are to be met, and how many lie before each place. `askedBefore`: how
 * often the right to call was asked by then, which an upload does more than once.
 */
export interface Measure { calls: number; callsBefore: Map<string, number>; askedBefore: Map<string, number> }

const faults: readonly HostFault[] = ['unsent', 'refused', 'lost-before', 'lost-after']

/** Every way on: each step failing, repeated, crashed and cancelled before and after its act, and each call on a host likewise. */
export function forwardCases({ saga }: RegisteredSaga, { calls }: Pick<Measure, 'calls'>): Case[] {
  const cases: Case[] = []
  const isRisky = saga.steps.some(({ body }) => body.kind === 'atMostOnce')
  const unlessUnknown: Ending[] = isRisky ? ['done', 'failed'] : ['done']
  saga.steps.forEach(({ name, body }, position) => {
    if (body.kind === 'undoOnly') return
    const isPast = position >= saga.pivot
    for (const place of ['begun', 'acted'] as const) {
      const at = `${place}:${name}`
      const maybe = place === 'acted' && body.kind === 'atMostOnce' ? unlessUnknown : (['done'] as Ending[])
      cases.push({ name: `${at} fails for good`, disturb: [{ at, act: { fail: 'NO_CAPACITY' }, times: 1 }], endings: [isPast ? 'done' : 'failed'] })
      // Unavailable means that nothing left: of an act that is done only the idempotent kind may be told that lie.
      if (at.startsWith('begun') || body.kind !== 'atMostOnce') cases.push({ name: `${at} is unavailable once`, disturb: [{ at, act: { fail: 'UNAVAILABLE' }, times: 1 }], endings: ['done'] })
      cases.push({ name: `${at} has an unknown outcome once`, disturb: [{ at, act: { fail: 'OUTCOME_UNKNOWN' }, times: 1 }], endings: body.kind === 'atMostOnce' ? unlessUnknown : ['done'] })
      cases.push({ name: `${at} crashes`, disturb: [{ at, act: 'crash', times: 1 }], endings: body.kind === 'atMostOnce' ? unlessUnknown : maybe })
      cases.push({ name: `${at} crashes twice`, disturb: [{ at, act: 'crash', times: 2 }], endings: body.kind === 'atMostOnce' ? unlessUnknown : maybe })
      cases.push({ name: `${at} is cancelled`, disturb: [{ at, act: 'cancel', times: 1 }], endings: ['done'] })
    }
    if (isPast) cases.push({ name: `${name} is stuck past the pivot`, disturb: [{ at: `begun:${name}`, act: { fail: 'UNAVAILABLE' } }], endings: ['done'], isStuck: true })
  })
  for (let nth = 1; nth <= calls; nth++) {
    for (const fault of faults) cases.push({ name: `call ${nth} meets ${fault}`, disturb: [], hostFault: { nth, fault }, endings: unlessUnknown })
    cases.push({ name: `a crash before call ${nth}`, disturb: [{ at: `call:${nth}`, act: 'crash', times: 1 }], endings: unlessUnknown })
    cases.push({ name: `a cancel before call ${nth}`, disturb: [{ at: `call:${nth}`, act: 'cancel', times: 1 }], endings: ['done'] })
  }
  return cases
}

/** The last step before the pivot is made to fail after it acted, so that every undo runs. */
export function forcedBack({ saga }: RegisteredSaga): Disturbance | undefined {
  const last = saga.steps.slice(0, saga.pivot).findLast(({ body }) => body.kind !== 'undoOnly')
  return last && { at: `acted:${last.name}`, act: { fail: 'NO_CAPACITY' }, times: 1 }
}

/** Every way back: each undo failing, repeated, crashed and stuck, and each call of the undos likewise. */
export function backwardCases(registered: RegisteredSaga, whole: Measure): Case[] {
  const force = forcedBack(registered)
  if (!force) return []
  const cases: Case[] = []
  const endings: Ending[] = ['failed']
  const [callsOnTheWay, askedOnTheWay] = [whole.callsBefore.get(force.at) ?? 0, whole.askedBefore.get(force.at) ?? 0]
  for (const { name, body } of registered.saga.steps.slice(0, registered.saga.pivot)) {
    if (!body.undo) continue
    for (const place of ['undo-begun', 'undo-acted'] as const) {
      const at = `${place}:${name}`
      cases.push({ name: `${at} fails once`, disturb: [force, { at, act: { fail: 'INTERNAL' }, times: 1 }], endings })
      cases.push({ name: `${at} crashes`, disturb: [force, { at, act: 'crash', times: 1 }], endings })
      cases.push({ name: `${at} is stuck`, disturb: [force, { at, act: { fail: 'INTERNAL' } }], endings, isStuck: true })
    }
  }
  for (let nth = callsOnTheWay + 1; nth <= whole.calls; nth++) {
    for (const fault of faults) cases.push({ name: `call ${nth}, undoing, meets ${fault}`, disturb: [force], hostFault: { nth, fault }, endings })
    cases.push({ name: `a crash before call ${nth}, undoing`, disturb: [force, { at: `call:${nth - callsOnTheWay + askedOnTheWay}`, act: 'crash', times: 1 }], endings })
  }
  return cases
}
