// A saga whose "host" is the table `mark`: each call leaves a line that says who made it, and when.
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { defineSaga, stepsOf } from '../../jobs/saga/define.ts'
import { Registry, register } from '../../jobs/saga/registry.ts'
import type { StepContext } from '../../jobs/saga/step.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import type { Db } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { keptLog, toyContract } from './toy-saga.ts'

const callsOfStep = 12

interface Deps { db: Db; worker: string }

export async function createMarkTable(db: Db): Promise<void> {
  await db.em.fork().execute('create table mark (id bigint generated always as identity, saga_id uuid not null, step text not null, call int not null, worker text not null, at timestamptz not null default clock_timestamp())')
  await db.em.fork().execute('create table booked (saga_id uuid not null, step text not null, worker text not null)')
}

export interface Mark { step: string; call: number; worker: string; atMs: number }

export async function marksOf(db: Db, sagaId: string): Promise<Mark[]> {
  const { rows } = await sql<Mark>`select step, call, worker, (extract(epoch from at) * 1000)::float8 as "atMs" from mark where saga_id = ${sagaId} order by id`.execute(db.em.fork().getKysely())
  return rows
}

const step = stepsOf<typeof toyContract, Deps>()

/** Many small calls, each right after its check, then one write on the books. */
const marking = (name: string) => async ({ deps, control, sagaId, write }: StepContext<{ objectId: string }, Deps>) => {
  for (let call = 1; call <= callsOfStep; call++) {
    control.beforeCall()
    await sql`insert into mark (saga_id, step, call, worker) values (${sagaId}, ${name}, ${call}, ${deps.worker})`.execute(deps.db.em.fork().getKysely())
    await delay(20)
  }
  await write(async (em) => { await sql`insert into booked (saga_id, step, worker) values (${sagaId}, ${name}, ${deps.worker})`.execute(em.getKysely()) })
}

const markingSaga = defineSaga(toyContract, {
  steps: (['one', 'two', 'three'] as const).map((name) => step(name, { kind: 'idempotent', do: marking(name) })),
})

/** A worker with the product's own times. */
export function markingWorker(db: Db, worker: string): { worker: SagaWorker; lines: ReturnType<typeof keptLog>['lines'] } {
  const { log, lines } = keptLog()
  return { worker: new SagaWorker({ db, registry: new Registry([register(markingSaga, { db, worker })]), log, timing: defaultTiming, workerId: newId() }), lines }
}
