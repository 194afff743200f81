// The first definition of the enrolment: for those that were under way when Kloudak was upgraded.
import type { StepContext } from '../saga/step.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { hostEnrolFirst } from '../contract/host.ts'
import { checkOwnership } from '../review/look.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { joinPools } from './pool-hosts.ts'

type Context = StepContext<{ hostId: string }, Deps>

const step = stepsOf<typeof hostEnrolFirst, Deps>()
const hypervisorOf = (context: Context) => context.deps.hosts.hypervisor(context.input.hostId, context.control)

const books = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      await em.execute(`update host set state_reason = (select error ->> 'message' from saga where id = ?) where id = ? and state = 'enrolling'`, [context.sagaId, context.input.hostId])
    })
  },
})

/** What the host says of itself; the area's first host sets the baseline that all its VMs are born with (decision 15). */
const discover = step('discover', {
  kind: 'idempotent',
  // The probe guest that proves KVM takes its time.
  callTimeoutMs: 60_000,
  do: async (context) => {
    const facts = await (await hypervisorOf(context)).facts()
    await context.write(async (em) => {
      await em.execute('update host set facts = ?::jsonb, cpus = ?, memory_bytes = ?, observed_at = now() where id = ?', [JSON.stringify(facts), facts.cpus, facts.memoryBytes, context.input.hostId])
      await em.execute(`
        update area set machine_type = coalesce(machine_type, ?), cpu_model = coalesce(cpu_model, ?)
        where id = (select area_id from host where id = ?)`, [facts.machineType, facts.cpuModel, context.input.hostId])
    })
  },
})

const pools = step('pools', {
  kind: 'idempotent',
  do: async (context) => {
    const hypervisor = await hypervisorOf(context)
    await joinPools(context, context.input.hostId, hypervisor)
    const quarrel = await checkOwnership(context.em(), context.input.hostId, hypervisor, { lenient: false })
    if (quarrel !== undefined) throw new KloudakError('WRONG_STATE', quarrel, { remedy: 'Use another pool or host. Only if that Kloudak is gone for ever, remove kloudak-installation.json from the pool and its VMs from the host, and enrol the host again.' })
  },
})

const fabric = step('fabric', {
  kind: 'idempotent',
  do: async (context) => {
    const [host] = await context.em().execute<{ name: string; public_bridge: string; trunk_bridge: string }[]>('select name, public_bridge, trunk_bridge from host where id = ?', [context.input.hostId])
    if (!host) throw new KloudakError('NOT_FOUND', 'The host is gone from the books.')
    const { bridges } = await (await context.deps.hosts.fabric(context.input.hostId, context.control)).facts()
    for (const wanted of [host.public_bridge, host.trunk_bridge]) {
      if (bridges.some(({ name }) => name === wanted)) continue
      throw new KloudakError('WRONG_STATE', `Host ${host.name} has no Open vSwitch bridge ${wanted}.`, { remedy: `Make the bridge ${wanted} with its uplink on host ${host.name}, then enrol it again.` })
    }
  },
})

/** A pivot: from here on VMs may be placed on the host, so that it cannot be taken back. */
const ready = step('ready', {
  kind: 'pivot',
  do: async (context) => {
    await context.write(async (em) => { await em.execute(`update host set state = 'up', state_reason = null where id = ? and state = 'enrolling'`, [context.input.hostId]) })
  },
})

export const hostEnrolFirstSaga = defineSaga(hostEnrolFirst, { steps: [books, discover, pools, fabric, ready] })
