import type { Db, Em } from '../../server/db/orm.ts'

/** Who owns a host's watch and consoles: the epoch grows with each change of hands (decision 7). */
export interface Lease { hostId: string; epoch: number }

const nobody = '00000000-0000-0000-0000-000000000000'
/** Hosts whose connections somebody keeps. One that is being enrolled is looked at by its own saga. */
const watched = "('up', 'suspect', 'down', 'fenced')"

/** Gives up every lease, so that others need not wait. */
export async function leave(em: Em, workerId: string): Promise<void> {
  await em.execute('update host_lease set worker_id = ?, expires_at = now() where worker_id = ?', [nobody, workerId])
}

/** Hosts that one worker should have, so that all are shared out evenly among those seen within `aliveMs`. */
export async function fairShare(em: Em, aliveMs: number): Promise<number> {
  const [row] = await em.execute<{ share: number }[]>(`
    select ceil((select count(*) from host where state in ${watched})::numeric
      / greatest(1, (select count(*) from worker where seen_at > now() - ? * interval '1 millisecond')))::integer as share`, [aliveMs])
  return row?.share ?? 0
}

/** Renews what is due and returns all that this worker holds. A lease that ran out but that nobody took is held on to. */
export async function renew(em: Em, workerId: string, leaseMs: number): Promise<Lease[]> {
  await em.execute(`
    update host_lease set expires_at = now() + ? * interval '1 millisecond'
    where worker_id = ? and expires_at < now() + ? * interval '1 millisecond'`, [leaseMs, workerId, Math.round(leaseMs * 0.7)])
  return em.execute<Lease[]>(`
    select host_id as "hostId", epoch::integer as epoch from host_lease
    where worker_id = ? and exists (select 1 from host where host.id = host_id and state in ${watched}) order by host_id`, [workerId])
}

/** Hands a lease back, if it is still this worker's: the next may take it at once. */
export async function release(em: Em, workerId: string, hostId: string): Promise<void> {
  await em.execute('update host_lease set worker_id = ?, expires_at = now() where worker_id = ? and host_id = ?', [nobody, workerId, hostId])
}

/** Takes up to `most` hosts that nobody holds. One worker at a time, or two would wait for each other's rows crosswise. */
export async function take(db: Db, workerId: string, leaseMs: number, most: number): Promise<Lease[]> {
  return db.em.fork().transactional(async (em) => {
    await em.execute('select pg_advisory_xact_lock(7203412)')
    return em.execute<Lease[]>(`
      insert into host_lease (host_id, worker_id, expires_at)
      select host.id, ?, now() + ? * interval '1 millisecond'
      from host left join host_lease held on held.host_id = host.id
      where host.state in ${watched} and (held.host_id is null or held.expires_at <= now())
      order by host.id limit ?
      on conflict (host_id) do update set worker_id = excluded.worker_id, epoch = host_lease.epoch + 1, expires_at = excluded.expires_at
      where host_lease.expires_at <= now()
      returning host_id as "hostId", epoch::integer as epoch`, [workerId, leaseMs, most])
  })
}
