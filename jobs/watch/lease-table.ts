import type { Db, Em } from '../../server/db/orm.ts'

/** Who owns a host's watch and consoles: the epoch grows with each change of hands (decision 7). */
export interface Lease { hostId: string; epoch: number }

const nobody = '00000000-0000-0000-0000-000000000000'
/** Hosts whose connections somebody keeps. One that is being enrolled is looked at by its own saga. */
const watched = "('up', 'suspect', 'down', 'fenced')"
const milliseconds = "? * interval '1 millisecond'"
/** Null is a worker of an older Kloudak, which is alive as long as it is heard. */
const isAlive = "coalesce(worker.alive_until, worker.seen_at + interval '5 seconds') > now()"

export interface Renewal {
  /** How many hosts this worker should have, so that all are shared out evenly among the workers alive. */
  share: number
  /** Changes with every change of what this worker holds. */
  fingerprint: string
  /** Other workers that live. */
  others: number
  /** Until the lease of the next worker runs out, should it not be renewed. */
  nextEndMs: number | null
}

/**
 * Says that this worker lives, which renews all its leases at once: one row, however many hosts. Where the hosts cannot
 * be divided evenly, those who came first have one more.
 */
export async function renew(em: Em, workerId: string, leaseMs: number): Promise<Renewal> {
  const [row] = await em.execute<Renewal[]>(`
    with me as (
      insert into worker (id, alive_until) values (?, now() + ${milliseconds})
      on conflict (id) do update set seen_at = now(), alive_until = excluded.alive_until returning id
    ), other as (
      select worker.id, worker.alive_until from worker, me where worker.id <> me.id and ${isAlive}
    ), hosts as (select count(*)::integer as count from host where state in ${watched}),
    workers as (select count(other.id)::integer + 1 as count, count(other.id) filter (where other.id < me.id)::integer as rank from me left join other on true group by me.id)
    select hosts.count / workers.count + (workers.rank < hosts.count % workers.count)::integer as share, workers.count - 1 as others,
      (select extract(epoch from min(alive_until) - now())::double precision * 1000 from other) as "nextEndMs",
      (select count(*) || ' ' || coalesce(bit_xor(hashtextextended(lease.host_id::text, lease.epoch)), 0) from host_lease lease join host on host.id = lease.host_id, me where lease.worker_id = me.id and host.state in ${watched}) as fingerprint
    from hosts, workers`, [workerId, leaseMs])
  return row!
}

/** What this worker holds. */
export async function held(em: Em, workerId: string): Promise<Lease[]> {
  return em.execute<Lease[]>(`
    select lease.host_id as "hostId", lease.epoch::integer as epoch from host_lease lease join host on host.id = lease.host_id
    where lease.worker_id = ? and host.state in ${watched} order by lease.host_id`, [workerId])
}

/** Hands leases back that are still this worker's: the next may take them at once. */
export async function release(em: Em, workerId: string, hostIds: readonly string[]): Promise<void> {
  await em.execute('update host_lease set worker_id = ?, expires_at = now() where worker_id = ? and host_id = any (?::uuid[])', [nobody, workerId, `{${hostIds.join(',')}}`])
}

/** Gives up every lease, so that others need not wait. */
export async function leave(em: Em, workerId: string): Promise<void> {
  await em.execute('update host_lease set worker_id = ?, expires_at = now() where worker_id = ?', [nobody, workerId])
}

/**
 * Takes up to `most` hosts that nobody holds. One worker at a time, or two would wait for each other's rows crosswise.
 * The rows of workers whose time is over are locked meanwhile: one of them that comes back to life with a renewal of its
 * own either is seen here, or waits until what it lost is gone from its hands.
 */
export async function take(db: Db, workerId: string, most: number): Promise<Lease[]> {
  return db.em.fork().transactional(async (em) => {
    await em.execute('select pg_advisory_xact_lock(7203412)')
    return em.execute<Lease[]>(`
      with dead as materialized (
        select id from worker where alive_until <= now() and exists (select from host_lease where worker_id = worker.id) for update
      )
      insert into host_lease (host_id, worker_id, expires_at)
      select host.id, ?, 'infinity'
      from host left join host_lease held on held.host_id = host.id
      where host.state in ${watched} and (held.host_id is null or held.expires_at <= now() or held.worker_id in (select id from dead)
        or not exists (select from worker where worker.id = held.worker_id))
      order by host.id limit ?
      on conflict (host_id) do update set worker_id = excluded.worker_id, epoch = host_lease.epoch + 1, expires_at = excluded.expires_at
      where host_lease.expires_at <= now() or host_lease.worker_id in (select id from dead) or not exists (select from worker where worker.id = host_lease.worker_id)
      returning host_id as "hostId", epoch::integer as epoch`, [workerId, most])
  })
}
