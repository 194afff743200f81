import { ownershipOf } from '../../server/db/queries/host-review.ts'
import { devicesOfHost } from '../../server/db/queries/outage.ts'
import { wakeWorkOnHost } from '../../server/db/queries/recovery.ts'
import type { Em } from '../../server/db/orm.ts'
import type { HostState } from '../../server/model/host.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import { hostRejoin } from '../contract/failover.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { targetOf } from './fence-device.ts'
import { joinPools } from './pool-hosts.ts'

type Context = StepContext<{ hostId: string }, Deps>

const step = stepsOf<typeof hostRejoin, Deps>()
const lookMs = 1_000

async function hostOf({ em, input: { hostId } }: Context): Promise<{ name: string; state: HostState; isFrozen: boolean } | undefined> {
  const [row] = await em().execute<{ name: string; state: HostState; isFrozen: boolean }[]>('select name, state, frozen_at is not null as "isFrozen" from host where id = ?', [hostId])
  return row
}

/** A host that goes away again meanwhile is waited for: nobody needs to be called. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try { return await work() } catch (error) {
    if (error instanceof KloudakError && (error.code === 'UNAVAILABLE' || error.code === 'OUTCOME_UNKNOWN')) throw new NotYet(error.message, { retryAfterMs: lookMs, cause: error })
    throw error
  }
}

/**
 * Takes from the host all that is ours and lives elsewhere by the books, or not at all any more. What is on its way to this
 * host has a promise of room here, and is left alone; so is what is not of these books.
 */
async function clean(context: Context): Promise<void> {
  const { deps, input: { hostId }, control, em } = context
  const { hypervisor, fabric } = await deps.hosts.underReview(hostId, control)
  const own = await ownershipOf(em())
  // Listed before the books are read: what comes here later than this list is not on it.
  const [domains, ports] = [await hypervisor.listVms(), await fabric.listPorts()]
  const at = await em().execute<{ uuid: string; here: boolean }[]>(`
    select domain_uuid as uuid, host_id = ? or exists (select from reservation where vm_id = vm.id and host_id = ?) as here from vm where domain_uuid = any (?::uuid[])`, [hostId, hostId, `{${domains.map(({ domainUuid }) => domainUuid).join(',')}}`])
  const isHere = new Map(at.map(({ uuid, here }) => [uuid, here]))
  for (const { domainUuid, owner } of domains) {
    if (owner?.installationId !== own.installationId || owner.generation !== own.generation) continue
    if (isHere.get(domainUuid)) continue
    await hypervisor.removeVm(domainUuid)
    context.log.info({ domainUuid }, 'removed from a host that it does not live on any more')
  }
  const strays = await em().execute<{ id: string }[]>(`
    select card.id from vm_interface card join vm on vm.id = card.vm_id
    where card.id = any (?::uuid[]) and vm.host_id <> ? and not exists (select from reservation where vm_id = vm.id and host_id = ?)`, [`{${ports.map(({ portId }) => portId).filter(isUuid).join(',')}}`, hostId, hostId])
  for (const { id } of strays) await fabric.removePort(id)
}

const isUuid = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)

/** The host's newest outage, which has ended. @throws NotYet for one that is open: more of its VMs are about to be given away, and it may be cut off anew */
async function lastOutage(em: Em, { hostId, name }: { hostId: string; name: string }): Promise<string | null> {
  const [newest] = await em.execute<{ id: string; isOpen: boolean }[]>('select id, ended_at is null as "isOpen" from host_outage where host_id = ? order by ended_at is null desc, down_at desc, id desc limit 1', [hostId])
  if (newest?.isOpen) throw new NotYet(`Host ${name} is away again.`, { retryAfterMs: lookMs })
  return newest?.id ?? null
}

/** Has the host cleaned after the outage that is returned. */
async function cleanUp(context: Context, host: { hostId: string; name: string; isFrozen: boolean }): Promise<string | null> {
  const { deps, control, em, input: { hostId } } = context
  if (host.isFrozen) throw new NotYet(`Host ${host.name} waits for an operator's review.`)
  const outageId = await lastOutage(em(), host)
  await reached(async () => {
    await clean(context)
    // Nothing of what lives elsewhere is left here that could write, unless it has been given away since.
    for (const device of (await devicesOfHost(em(), hostId)).filter(({ kind }) => kind === 'ceph')) {
      const target = await targetOf(context, device)
      if (await lastOutage(em(), host) !== outageId) throw new NotYet(`Host ${host.name} was away again.`, { retryAfterMs: lookMs })
      await deps.fencing.letIn(target, control)
    }
    await joinPools(context, hostId, (await deps.hosts.underReview(hostId, control)).hypervisor)
  })
  return outageId
}

const cleanStep = step('clean', {
  kind: 'pivot',
  do: async (context): Promise<string | null> => {
    const host = await hostOf(context)
    if (host?.state !== 'fenced') return null
    return cleanUp(context, { ...context.input, ...host })
  },
})

const ready = step('ready', {
  kind: 'idempotent',
  do: async (context) => {
    const { hostId } = context.input
    const host = await hostOf(context)
    if (host?.state !== 'fenced') return
    const place = { hostId, ...host }
    // Between the two steps it may have been away, proven to be off, and heard again.
    let cleanedAfter = context.output(cleanStep)
    if (await lastOutage(context.em(), place) !== cleanedAfter) cleanedAfter = await cleanUp(context, place)
    await context.write(async (em) => {
      // Who opens an outage writes this row: one that is not seen now begins when the host is up.
      await em.execute('select 1 from host where id = ? for update', [hostId])
      if (await lastOutage(em, place) !== cleanedAfter) throw new NotYet(`Host ${host.name} was away again.`, { retryAfterMs: lookMs })
      const back = await em.execute<object[]>("update host set state = 'up', state_reason = null, silent_since = null, fencing_at = null where id = ? and state = 'fenced' returning 1", [hostId])
      if (back.length > 0) await wakeWorkOnHost(em, hostId)
    })
  },
})

/** What was moved away between the first look and the return is gone from the host now as well. */
const settle = step('settle', {
  kind: 'idempotent',
  do: async (context) => {
    const host = await hostOf(context)
    if (host?.state === 'up' && !host.isFrozen) await reached(() => clean(context))
    await context.write((em) => context.deps.recoveries.unstarted(em, context.input.hostId))
  },
})

export const hostRejoinSaga = defineSaga(hostRejoin, { steps: [cleanStep, ready, settle] })
