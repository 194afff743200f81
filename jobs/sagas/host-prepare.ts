import { standingPools } from '../../server/db/queries/pool-ref.ts'
import type { PrepareOrder } from '../../server/machine/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { failedPoints } from '../../server/model/host-checklist.ts'
import { preparationOf, shellRemedy, withParents } from '../../server/model/host-preparation.ts'
import { hostPrepare } from '../contract/host.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { hostRow, lookAtHost, lookAttempts, lookTimeoutMs } from './host-look.ts'

type Context = StepContext<{ hostId: string; publicUplink: string | null; trunkUplink: string | null; poolFolders: boolean }, Deps>

const step = stepsOf<typeof hostPrepare, Deps>()
const machineOf = (context: Context) => context.deps.hosts.machine(context.input.hostId, context.control)

/** What is missing now, before anything is made: only that is taken back. */
const look = step('look', {
  kind: 'idempotent',
  do: async (context): Promise<PrepareOrder> => {
    const { hostId, publicUplink, trunkUplink, poolFolders } = context.input
    const host = await hostRow(context)
    const folders = poolFolders ? (await standingPools(context.em(), hostId)).filter(({ ref }) => ref.source === undefined).flatMap(({ ref }) => withParents(ref.path)) : []
    const { timeMs: _timeMs, ...told } = await (await machineOf(context)).discover([...new Set(folders)])
    if (told.shell !== 'answered') throw new KloudakError('WRONG_STATE', `The key of host ${host.name} may only forward: nothing can be made there.`, { remedy: shellRemedy })
    const { fabric } = await context.deps.hosts.underReview(hostId, context.control)
    const bridges = (await fabric.facts()).bridges.map(({ name, uplinks }) => ({ name, kind: 'ovs' as const, uplinks }))
    const missing = preparationOf({ host: host.name, publicBridge: host.publicBridge, trunkBridge: host.trunkBridge, publicUplink: publicUplink ?? undefined, trunkUplink: trunkUplink ?? undefined, poolFolders: [...new Set(folders)] }, { ...told, bridges, clockOffsetMs: null })
    return { mark: context.sagaId, ...missing }
  },
})

const make = step('make', {
  kind: 'idempotent',
  callTimeoutMs: 30_000,
  do: async (context) => { await (await machineOf(context)).prepare(context.output(look)) },
  undo: async (context) => {
    const order = context.outputIfDone(look)
    if (order) await (await machineOf(context)).unprepare(order)
  },
})

/** What was made must be seen there, or it goes again. */
const check = step('check', {
  kind: 'idempotent',
  callTimeoutMs: lookTimeoutMs,
  retry: { attempts: lookAttempts },
  do: async (context) => {
    const { bridges, folders } = context.output(look)
    const { points } = await lookAtHost(context)
    const failed = failedPoints(points).filter(({ point, subject }) => (point === 'pool' ? folders.length > 0 : bridges.some(({ name }) => name === subject)))
    if (failed.length > 0) throw new KloudakError('WRONG_STATE', `What was made does not serve: ${failed.map(({ message }) => message).join(' ')}`, { remedy: 'Look at Open vSwitch and the pools\' storage on the host.' })
  },
})

export const hostPrepareSaga = defineSaga(hostPrepare, { steps: [look, make, check] })
