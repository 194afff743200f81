// Halts a saga exactly where a worker writes a step down, so that the worker can be killed on either side of the record:
// a trigger in the test's own database waits for a lock that the test holds.
import postgres from 'postgres'
import type { Db } from '../../server/db/orm.ts'
import { until } from './until.ts'

export interface SagaGate {
  /** From now on the next saga of that name that writes `step` in `state` waits. */
  shut(place: Place): Promise<void>
  /** Resolves, when a worker waits at the gate, with its id and the saga's. */
  caught(): Promise<{ workerId: string; sagaId: string }>
  /** The record goes through; returns when it is committed. */
  letPass(): Promise<void>
  /** The record is lost, as if the worker had died the moment before it. */
  tearOff(): Promise<void>
  close(): Promise<void>
}
export interface Place { saga: string; step: string; state: 'doing' | 'done' }

const key = 20_260_101

export async function openSagaGate(db: Db, url: string): Promise<SagaGate> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'saga-gate' } })
  await sql.unsafe(`
    create table saga_gate (saga varchar, step varchar, state varchar);
    create function saga_gate() returns trigger language plpgsql as $$ begin
      if exists (select from saga_gate g join saga s on s.name = g.saga where s.id = new.saga_id and g.step = new.name and g.state = new.state) then
        perform pg_advisory_xact_lock(${key});
      end if;
      return new;
    end $$;
    create trigger saga_gate before insert or update on saga_step for each row execute function saga_gate();`)
  // Read over another connection than the one that holds the lock, which is busy only in between.
  // In this database alone: the server's others may have a gate of the same key.
  const waiting = async () => (await db.em.fork().execute<{ pid: number }[]>("select pid from pg_locks where locktype = 'advisory' and not granted and objid = ? and database = (select oid from pg_database where datname = current_database())", [key]))[0]?.pid
  let place: Place | undefined
  let sagaId = ''
  const open = async () => {
    await sql`delete from saga_gate`
    await sql`select pg_advisory_unlock(${key})`
  }
  return {
    async shut(at) {
      place = at
      await sql`select pg_advisory_lock(${key})`
      await sql`insert into saga_gate ${sql(at, 'saga', 'step', 'state')}`
    },
    async caught() {
      await until(`a worker at ${place!.saga} ${place!.step} ${place!.state}`, waiting, 60_000)
      const [row] = await sql<{ id: string; worker_id: string }[]>`select id, worker_id from saga where name = ${place!.saga} and worker_id is not null order by updated_at desc limit 1`
      sagaId = row!.id
      return { workerId: row!.worker_id, sagaId }
    },
    async letPass() {
      await open()
      await until('the record to be committed', async () => {
        const [row] = await sql<{ state: string }[]>`select state from saga_step where saga_id = ${sagaId} and name = ${place!.step}`
        return row?.state === place!.state && !(await waiting())
      })
    },
    async tearOff() {
      const pid = await waiting()
      await sql`select pg_terminate_backend(${pid ?? 0})`
      await until('the record to be lost', async () => !(await waiting()))
      await open()
    },
    async close() { await sql.end() },
  }
}
