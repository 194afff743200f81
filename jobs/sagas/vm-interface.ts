import { plainError } from '../../server/model/host-error.ts'
import { vmAttach, vmDetach } from '../contract/vm-interface.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { ensurePorts, findVm, removePorts, writeSeed } from './vm-machine.ts'
import type { VmOnHost } from './vm-machine.ts'
import type { PortPlan } from './vm-plan.ts'

type Context = StepContext<{ vmId: string; interfaceId: string }, Deps>

interface Card extends VmOnHost { port: PortPlan }

/** The VM with the interface that the work is about; undefined when either is gone from the books. */
async function findCard(context: Context): Promise<Card | undefined> {
  const vm = await findVm(context)
  const port = [...vm?.plan.ports ?? [], ...vm?.plan.attaching ?? []].find(({ portId }) => portId === context.input.interfaceId)
  return vm && port && { ...vm, port }
}

async function openCard(context: Context): Promise<Card> {
  const found = await findCard(context)
  if (!found) throw plainError('NOT_FOUND', 'The interface is gone from the books.')
  return found
}

/** In the machine and in its definition: when one lacks it, attaching adds it there alone. */
const isThere = async ({ plan, hypervisor, port }: Card) => (await hypervisor.listInterfaces(plan.domainUuid)).some(({ portId, isDefined }) => portId === port.portId && isDefined)

/** A machine that runs has the port; a stopped one gets it at its next start, which proves it too. */
async function provePort(context: Context, { plan, hypervisor, port }: Card): Promise<void> {
  const now = await hypervisor.findVm(plan.domainUuid)
  if (now?.power === 'running' || now?.power === 'paused') await ensurePorts(context, plan, [port])
}

/** Ends an interface in the books: its addresses are free from now on. The VM's version tells those who look at it. */
async function forget({ input: { vmId, interfaceId }, write }: Context): Promise<void> {
  await write(async (em) => {
    await em.execute('update address set released_at = now() where interface_id = ? and released_at is null', [interfaceId])
    await em.execute('delete from vm_interface where id = ?', [interfaceId])
    await em.execute('update vm set version = version + 1 where id = ?', [vmId])
  })
}

async function becomeReady({ input: { vmId, interfaceId }, write }: Context): Promise<void> {
  await write(async (em) => {
    const changed = await em.execute<object[]>("update vm_interface set phase = 'ready' where id = ? and phase <> 'ready' returning id", [interfaceId])
    if (changed.length > 0) await em.execute('update vm set version = version + 1 where id = ?', [vmId])
  })
}

const attachStep = stepsOf<typeof vmAttach, Deps>()

/** Undone last: the address is free again only when nothing of the card is left on the host. */
const unwritten = attachStep('undo-books', { kind: 'undoOnly', undo: forget })

/** A second card of the same kind would be another card: what is not known is read from the host. */
const attach = attachStep('attach', {
  kind: 'atMostOnce',
  do: async (context) => {
    const { plan, hypervisor, port } = await openCard(context)
    await hypervisor.attachInterface(plan.domainUuid, port)
  },
  readBack: async (context) => (await isThere(await openCard(context)) ? { happened: true, output: undefined } : { happened: false }),
  undo: async (context) => {
    const found = await findCard(context)
    if (!found) return
    const { plan, hypervisor, port } = found
    // A guest that holds on to the card keeps it without a port, until it stops: nobody is reached through it.
    if (await hypervisor.findVm(plan.domainUuid)) await hypervisor.detachInterface(plan.domainUuid, port.mac, { forget: true })
    await removePorts(context, plan, [port])
  },
})

const network = attachStep('network', {
  kind: 'idempotent',
  do: async (context) => { await provePort(context, await openCard(context)) },
})

/** Only now, with the port proven to carry its VLAN, does the guest see a cable. */
const link = attachStep('link', {
  kind: 'idempotent',
  do: async (context) => {
    const { plan, hypervisor, port } = await openCard(context)
    await hypervisor.connectInterface(plan.domainUuid, port.mac)
  },
})

const ready = attachStep('ready', { kind: 'pivot', do: becomeReady })

const attachSeed = attachStep('seed', { kind: 'idempotent', do: writeSeed })

export const vmAttachSaga = defineSaga(vmAttach, { steps: [unwritten, attach, network, link, ready, attachSeed] })

const detachStep = stepsOf<typeof vmDetach, Deps>()

const kept = detachStep('undo-books', { kind: 'undoOnly', undo: becomeReady })

const detach = detachStep('detach', {
  kind: 'idempotent',
  do: async (context) => {
    const found = await findCard(context)
    if (found && await found.hypervisor.findVm(found.plan.domainUuid)) await found.hypervisor.detachInterface(found.plan.domainUuid, found.port.mac, { forget: false })
  },
  // Put back as it was, its port proven before the guest sees a cable.
  undo: async (context) => {
    const card = await findCard(context)
    if (!card || !(await card.hypervisor.findVm(card.plan.domainUuid))) return
    await card.hypervisor.attachInterface(card.plan.domainUuid, card.port)
    await provePort(context, card)
    await card.hypervisor.connectInterface(card.plan.domainUuid, card.port.mac)
  },
})

/** The host removes the port with the card; what a crash between the two left is removed here. */
const unplug = detachStep('network', {
  kind: 'idempotent',
  do: async (context) => {
    const found = await findCard(context)
    if (found) await removePorts(context, found.plan, [found.port])
  },
})

const books = detachStep('books', { kind: 'pivot', do: forget })

const detachSeed = detachStep('seed', { kind: 'idempotent', do: writeSeed })

export const vmDetachSaga = defineSaga(vmDetach, { steps: [kept, detach, unplug, books, detachSeed] })
