import type { StepContext } from '../saga/step.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { TenantWords } from '../../server/model/tenant-words.ts'
import { creationCancelled } from '../../server/model/failure.ts'
import { networkCreate, networkDelete } from '../contract/network.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'

type Context = StepContext<{ networkId: string }, Deps>
interface HostRow { id: string; name: string; bridge: string }

/** The hosts that carry the network now; one that comes up later is checked at its enrolment. Preparing does not wait for a frozen one. */
async function hostsOf(context: Context, { frozenToo = true } = {}): Promise<HostRow[]> {
  return await context.em().execute<HostRow[]>(`
    select host.id, host.name, case network.kind when 'public' then host.public_bridge else host.trunk_bridge end as bridge
    from network join host on host.area_id = network.area_id and host.state = 'up' and (? or host.frozen_at is null) where network.id = ?`, [frozenToo, context.input.networkId])
}

const notReady = TenantWords.fixed('A host of the area is not ready to carry the network.', 'Ask an operator to make the hosts of the area ready, and try again.')

const create = stepsOf<typeof networkCreate, Deps>()

const failed = create('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => {
      await em.execute(`
        update network set phase = 'failed', failure = coalesce((select error ->> 'message' from saga where id = ?), ?)
        where id = ? and phase = 'creating'`, [context.sagaId, creationCancelled, context.input.networkId])
    })
  },
})

/** A VLAN needs nothing made on a host beforehand but a bridge on the trunk: each port brings its own tag. */
const prepare = create('fabric', {
  kind: 'idempotent',
  do: async (context) => {
    for (const host of await hostsOf(context, { frozenToo: false })) {
      const { bridges } = await (await context.deps.hosts.fabric(host.id, context.control)).facts()
      if (!bridges.some(({ name }) => name === host.bridge)) {
        throw new KloudakError('WRONG_STATE', `Host ${host.name} has no bridge ${host.bridge}.`, { remedy: `Make the bridge ${host.bridge} on host ${host.name}, with its uplink, and try again.`, tenant: notReady })
      }
    }
  },
})

/** A pivot: from here on others may use the network, so that it cannot be taken back. */
const ready = create('ready', {
  kind: 'pivot',
  do: async (context) => {
    await context.write(async (em) => { await em.execute("update network set phase = 'ready' where id = ? and phase = 'creating'", [context.input.networkId]) })
  },
})

export const networkCreateSaga = defineSaga(networkCreate, { steps: [failed, prepare, ready] })

const remove = stepsOf<typeof networkDelete, Deps>()

/** Ports of the network's former interfaces that a crash left behind: none may outlive the VLAN, which is given to others. */
const sweep = remove('fabric', {
  kind: 'pivot',
  do: async (context) => {
    const rows = await context.em().execute<{ interface_id: string }[]>('select distinct interface_id from address where on_network_id = ?', [context.input.networkId])
    const former = new Set(rows.map((row) => row.interface_id))
    for (const host of await hostsOf(context)) {
      const fabric = await context.deps.hosts.fabric(host.id, context.control)
      for (const { portId } of await fabric.listPorts()) if (former.has(portId)) await fabric.removePort(portId)
    }
  },
})

const books = remove('books', {
  kind: 'idempotent',
  do: async (context) => { await context.write(async (em) => { await em.execute('delete from network where id = ?', [context.input.networkId]) }) },
})

export const networkDeleteSaga = defineSaga(networkDelete, { steps: [sweep, books] })
