import type { Em } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import type { HostState } from '../../server/model/host.ts'
import { GripLost } from './observe.ts'
import type { Grip } from './observe.ts'

/** What the watch asks for when a host fails or returns; each in the transaction given. */
export interface Failover {
  /** The host is down: once it is proven to be off, its VMs start elsewhere. */
  begin(em: Em, outage: { outageId: string; hostId: string }): Promise<void>
  /** Something on which that waits has changed. */
  goOn(em: Em, outageId: string): Promise<void>
  /** A fenced host is heard again: it is cleaned up before anything may run there. Asking again changes nothing. */
  rejoin(em: Em, hostId: string): Promise<void>
  /** VMs that are off because their host was: those that are meant to run start again. */
  restart(em: Em, hostId: string, domainUuids: readonly string[]): Promise<void>
}

const justHeard = 'It was heard a moment ago.'

export interface Silence {
  state: HostState
  /** Since when nobody heard it, by the database's clock. */
  silentMs: number
  /** It is proven to be off: nothing that is not heard changes that. */
  isProven: boolean
  outageId: string | null
  doubt: string | null
}

// One that was fenced, heard again, and went silent before it was cleaned up: what was proven of it holds no more.
const unproven = "((host.state in ('suspect', 'down') and host.fencing_at is null) or (host.state = 'fenced' and not exists (select from host_outage where host_id = host.id and ended_at is null)))"

/** In a transaction that ends before the host can change hands. @throws GripLost */
async function underGrip<T>(em: Em, { hostId, workerId, epoch }: Grip, work: (em: Em) => Promise<T>): Promise<T> {
  return em.transactional(async (inner) => {
    const rows = await inner.execute<object[]>('select 1 from host_lease where host_id = ? and worker_id = ? and epoch = ? for share', [hostId, workerId, epoch])
    if (rows.length === 0) throw new GripLost({ hostId, workerId, epoch })
    return work(inner)
  })
}

/** The host does not answer. One that was up is suspect from now on, and other workers are asked to look. */
export async function recordSilence(em: Em, grip: Grip, reason: string): Promise<Silence> {
  const { hostId, workerId } = grip
  return underGrip(em, grip, async (inner) => {
    const begun = await inner.execute<object[]>(`
      update host set state = case state when 'up' then 'suspect' else state end, silent_since = coalesce(silent_since, now()), state_reason = ?, observed_at = now()
      where id = ? and (state = 'up' or (state in ('suspect', 'down', 'fenced') and silent_since is null)) returning 1`, [reason, hostId])
    // It was heard during a try that failed, in an outage that is still open: its silence begins anew, and has to last as long as any.
    if (begun.length > 0) await inner.execute('update host_outage set doubt = ? where host_id = ? and ended_at is null and not exists (select from fence where outage_id = host_outage.id)', [justHeard, hostId])
    await inner.execute(`
      insert into host_doubt (host_id, worker_id) select id, ? from host where id = ? and ${unproven}
      on conflict (host_id) do update set worker_id = excluded.worker_id, asked_at = now() where host_doubt.worker_id <> excluded.worker_id`, [workerId, hostId])
    const [row] = await inner.execute<Silence[]>(`
      select host.state, coalesce(extract(epoch from now() - host.silent_since) * 1000, 0)::float8 as "silentMs", exists (select from fence where outage_id = host_outage.id) as "isProven",
        host_outage.id as "outageId", host_outage.doubt
      from host left join host_outage on host_outage.host_id = host.id and host_outage.ended_at is null where host.id = ?`, [hostId])
    return row!
  })
}

/** Why it is not held to be down yet, for people. */
export async function recordReason(em: Em, grip: Grip, reason: string): Promise<void> {
  await underGrip(em, grip, (inner) => inner.execute("update host set state_reason = ? where id = ? and state in ('suspect', 'down') and state_reason is distinct from ?", [reason, grip.hostId, reason]))
}

/** The host is down: an outage begins, and nobody knows what its VMs do. Returns the outage; undefined when one is open, or the host is not silent any more. */
export async function recordDown(em: Em, grip: Grip, failover: Failover | undefined, { reason, doubt }: { reason: string; doubt: string | undefined }): Promise<string | undefined> {
  const { hostId } = grip
  return underGrip(em, grip, async (inner) => {
    const [host] = await inner.execute<{ since: Date }[]>(`
      update host set state = case state when 'suspect' then 'down' else state end, state_reason = ?, observed_at = now()
      where id = ? and state <> 'down' and ${unproven} returning silent_since as since`, [reason, hostId])
    if (!host) return undefined
    const outageId = newId()
    await inner.execute('insert into host_outage (id, host_id, silent_since, doubt) values (?, ?, ?, ?)', [outageId, hostId, host.since, doubt ?? null])
    await inner.execute("update vm set observed_power = 'unknown', observed_at = now() where host_id = ? and observed_power <> 'unknown'", [hostId])
    await failover?.begin(inner, { outageId, hostId })
    return outageId
  })
}

/** Whether the silence is relied on: null when it is. */
export async function recordDoubt(em: Em, grip: Grip, failover: Failover | undefined, outageId: string, doubt: string | null): Promise<void> {
  await underGrip(em, grip, async (inner) => {
    const changed = await inner.execute<object[]>('update host_outage set doubt = ? where id = ? and ended_at is null and doubt is distinct from ? returning 1', [doubt, outageId, doubt])
    if (changed.length > 0 && doubt === null) await failover?.goOn(inner, outageId)
  })
}

/** `isKept`: it answers, and is not up yet, because its switching off has been decided. */
export interface Hearing { isNews: boolean; isKept: boolean }

/**
 * The host answers. It is up, unless its switching off has been decided (then that ends first, and is not tried again) or it is
 * fenced (then it is cleaned up first).
 */
export async function recordHeard(em: Em, grip: Grip, failover: Failover | undefined): Promise<Hearing> {
  const { hostId } = grip
  const [seen] = await em.execute<{ state: HostState; quiet: boolean }[]>(`
    select state, state = 'up' and state_reason is null and silent_since is null and not exists (select from host_doubt where host_id = host.id) as quiet from host where id = ?`, [hostId])
  if (!seen || seen.quiet || seen.state === 'enrolling' || seen.state === 'retired') return { isNews: false, isKept: false }
  return underGrip(em, grip, async (inner) => {
    // Of one that was fenced it is known why it was silent.
    await inner.execute("insert into host_silence (host_id, began_at) select id, silent_since from host where id = ? and silent_since is not null and state in ('suspect', 'down') on conflict do nothing", [hostId])
    // The claim is a column of this very row, so that of two at once the second sees what the first wrote.
    const [back] = await inner.execute<object[]>("update host set state = 'up', state_reason = null, silent_since = null, observed_at = now() where id = ? and state in ('up', 'suspect', 'down') and fencing_at is null returning 1", [hostId])
    if (back) {
      await inner.execute('update host_outage set ended_at = now(), missing = null where host_id = ? and ended_at is null', [hostId])
      await inner.execute('delete from host_verdict where host_id = ?', [hostId])
      await inner.execute('delete from host_doubt where host_id = ?', [hostId])
      return { isNews: true, isKept: false }
    }
    // Of one that is just being switched off this says that no further try is made.
    const [now] = await inner.execute<{ state: HostState }[]>("update host set silent_since = null where id = ? and state in ('suspect', 'down', 'fenced') returning state", [hostId])
    if (now?.state !== 'fenced') return { isNews: false, isKept: now !== undefined }
    // Nothing more starts elsewhere because of it: it runs, and what was proven was that it does not.
    await inner.execute('update host_outage set ended_at = now(), missing = null where host_id = ? and ended_at is null', [hostId])
    await failover?.rejoin(inner, hostId)
    return { isNews: false, isKept: false }
  })
}
