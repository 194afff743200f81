import { NotYet } from '../../server/model/errors.ts'
import { hostDrain } from '../contract/host-drain.ts'
import type { OnStuck } from '../contract/host-drain.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps, DrainLook } from './deps.ts'

type Context = StepContext<{ hostId: string; onStuck: OnStuck; atOnce: number }, Deps>

const step = stepsOf<typeof hostDrain, Deps>()

/** Between two looks: while something moves, and while only others can help. */
const lookMs = 500
const stuckLookMs = 5_000

/** What moved stays where it is; the host takes VMs again. */
const service = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => { await em.execute("update host set duty = 'service', drain = null where id = ? and duty = 'draining'", [context.input.hostId]) })
  },
})

const empty = step('empty', {
  kind: 'idempotent',
  do: async (context: Context) => {
    const { taskId, input, deps } = context
    const look = await context.write((em) => deps.children.drain.goOn(em, { taskId, ...input }))
    context.progress(look.moved / Math.max(1, look.moved + look.left))
    if (look.left > 0) throw waitingFor(look)
  },
  undo: async (context) => {
    const open = await context.write((em) => context.deps.children.drain.stop(em, context.taskId))
    if (open > 0) throw new NotYet(`${open} of its VMs ${open === 1 ? 'is' : 'are'} still on the way, and stop${open === 1 ? 's' : ''} or arrive${open === 1 ? 's' : ''}.`, { retryAfterMs: lookMs })
  },
})

function waitingFor({ moved, left, underWay, stuck }: DrainLook): NotYet {
  const counts = `${moved} of ${moved + left} VMs have moved.`
  const [first] = stuck
  if (!first) return new NotYet(counts, { retryAfterMs: lookMs })
  const others = stuck.length > 1 ? ` So are ${stuck.length - 1} others.` : ''
  return new NotYet(`${counts} ${first.name} is stuck: ${first.reason}${others}`, { retryAfterMs: underWay > 0 ? lookMs : stuckLookMs, remedy: 'Make room on other hosts, or stop those VMs; this goes on by itself. Cancel it to take the host back into service.' })
}

/** A pivot: from here on somebody may switch the host off. */
const maintenance = step('maintenance', {
  kind: 'pivot',
  do: async (context) => {
    await context.write(async (em) => { await em.execute("update host set duty = 'maintenance' where id = ? and duty = 'draining'", [context.input.hostId]) })
  },
})

export const hostDrainSaga = defineSaga(hostDrain, { steps: [service, empty, maintenance] })
