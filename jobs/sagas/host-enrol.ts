import { KloudakError } from '../../server/model/errors.ts'
import { failedPoints } from '../../server/model/host-checklist.ts'
import { hostEnrol } from '../contract/host.ts'
import { checkOwnership } from '../review/look.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { signIn, trustHostKey } from './host-door.ts'
import { lookAtHost, lookAttempts, lookTimeoutMs } from './host-look.ts'
import { forgetJoin, joinPools } from './pool-hosts.ts'

const step = stepsOf<typeof hostEnrol, Deps>()

/** The host stays in the books, with what was found: its operator mends what failed and has it looked at again. */
const books = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      await em.execute(`update host set state_reason = (select error ->> 'message' from saga where id = ?) where id = ? and state = 'enrolling'`, [context.sagaId, context.input.hostId])
    })
  },
})

const hostKey = step('host-key', { kind: 'idempotent', do: trustHostKey })

const access = step('access', { kind: 'idempotent', do: signIn })

const look = step('look', {
  kind: 'idempotent',
  callTimeoutMs: lookTimeoutMs,
  retry: { attempts: lookAttempts },
  do: async (context): Promise<{ machineType: string; cpuModel: string }> => {
    const { points, facts } = await lookAtHost(context)
    const failed = failedPoints(points)
    if (failed.length > 0 || !facts) {
      throw new KloudakError('WRONG_STATE', `The checklist of the host has ${failed.length} failed ${failed.length === 1 ? 'point' : 'points'}: ${failed.map(({ message }) => message).join(' ')}`, { remedy: [...new Set(failed.map(({ remedy }) => remedy).filter((remedy) => remedy !== null)), 'Then look again with checkHost.'].join(' ') })
    }
    return { machineType: facts.machineType, cpuModel: facts.cpuModel }
  },
})

const pools = step('pools', {
  kind: 'idempotent',
  do: async (context) => {
    const { hostId } = context.input
    const hypervisor = await context.deps.hosts.hypervisor(hostId, context.control)
    await joinPools(context, hostId, hypervisor)
    const quarrel = await checkOwnership(context.em(), hostId, hypervisor, { lenient: false })
    if (quarrel !== undefined) throw new KloudakError('WRONG_STATE', quarrel, { remedy: 'Use another pool or host. Only if that Kloudak is gone for ever, remove kloudak-installation.json from the pool and its VMs from the host, and look at the host again with checkHost.' })
  },
  undo: (context) => forgetJoin(context, context.input.hostId),
})

/**
 * A pivot: from here on VMs may be placed on the host, so that it cannot be taken back. The area's first host sets the
 * baseline that all its VMs are born with (decision 15).
 */
const ready = step('ready', {
  kind: 'pivot',
  do: async (context) => {
    const { hostId } = context.input
    const { machineType, cpuModel } = context.output(look)
    await context.write(async (em) => {
      await em.execute('update area set machine_type = coalesce(machine_type, ?), cpu_model = coalesce(cpu_model, ?) where id = (select area_id from host where id = ?)', [machineType, cpuModel, hostId])
      await em.execute(`update host set state = 'up', state_reason = null where id = ? and state = 'enrolling'`, [hostId])
    })
  },
})

export const hostEnrolSaga = defineSaga(hostEnrol, { steps: [books, hostKey, access, look, pools, ready] })
