import type { Db, Em } from '../../server/db/orm.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import type { WatchLog } from './log.ts'

export interface OpinionTimes {
  /** Between two looks for hosts that another worker asks about. */
  lookMs: number
  /** How long a host has to answer. */
  answerMs: number
  /** A host that is still asked about is looked at again after this. */
  againMs: number
  /** An answer older than this counts no more. */
  freshMs: number
}

export const defaultOpinionTimes: OpinionTimes = { lookMs: 500, answerMs: 4_500, againMs: 3_000, freshMs: 10_000 }

const mostAtOnce = 16

/** `hears`: hosts that this worker hears; `others`: workers that live beside it. */
export interface SecondOpinionsOptions { db: Db; sessions: Pick<HostSessions, 'answers'>; workerId: string; times: OpinionTimes; hears: () => number; others: () => number; log: WatchLog }

/** Looks at hosts that other workers do not hear, over connections made for that look alone, and writes what it found. */
export class SecondOpinions {
  readonly #options: SecondOpinionsOptions
  readonly #looking = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  #isStopped = false

  constructor(options: SecondOpinionsOptions) { this.#options = options }

  start(): void {
    this.#round = this.#look().catch((error: unknown) => { this.#options.log.warn({ err: error }, 'what other workers ask about hosts could not be read') }).finally(() => {
      if (!this.#isStopped) this.#timer = setTimeout(() => { this.start() }, this.#options.times.lookMs)
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#round
    await Promise.all(this.#looking.values())
  }

  async #look(): Promise<void> {
    const { db, workerId, times, others, log } = this.#options
    if (others() === 0) return
    const asked = await db.em.fork().execute<{ id: string }[]>(`
      select host_id as id from host_doubt doubt where worker_id <> ? and not exists (
        select from host_verdict given where given.host_id = doubt.host_id and given.worker_id = ? and given.at >= doubt.asked_at and given.at > now() - ? * interval '1 millisecond')
      order by asked_at, host_id limit ?`, [workerId, workerId, times.againMs, mostAtOnce])
    for (const { id } of asked) {
      if (this.#looking.has(id) || this.#looking.size >= mostAtOnce) continue
      this.#looking.set(id, this.#answer(id).catch((error: unknown) => { log.warn({ hostId: id, err: error }, 'another worker was not answered about a host') }).finally(() => { this.#looking.delete(id) }))
    }
  }

  async #answer(hostId: string): Promise<void> {
    const { db, sessions, workerId, times, hears } = this.#options
    const alive = await sessions.answers(hostId, times.answerMs)
    // Nobody may ask any more.
    await db.em.fork().execute(`
      insert into host_verdict (host_id, worker_id, alive, hears) select host_id, ?, ?, ? from host_doubt where host_id = ?
      on conflict (host_id, worker_id) do update set alive = excluded.alive, hears = excluded.hears, at = now()`, [workerId, alive, hears(), hostId])
  }
}

export interface Opinions {
  /** Other workers that live. */
  others: number
  /** One of them hears the host. */
  isHeard: boolean
  /** One of them looked and heard nothing. */
  isConfirmed: boolean
  /** That one hears other hosts: it is not cut off itself. */
  isTrusted: boolean
}

/** What the others say of a host that this worker does not hear. */
export async function opinionsOn(em: Em, hostId: string, workerId: string, { freshMs }: OpinionTimes): Promise<Opinions> {
  const [row] = await em.execute<Opinions[]>(`
    with other as (select id from worker where id <> ? and coalesce(alive_until, seen_at + interval '5 seconds') > now()),
    said as (
      select given.alive, given.hears from host_verdict given join other on other.id = given.worker_id join host_doubt on host_doubt.host_id = given.host_id
      where given.host_id = ? and given.at >= host_doubt.asked_at and given.at > now() - ? * interval '1 millisecond')
    select (select count(*)::integer from other) as others, coalesce(bool_or(alive), false) as "isHeard", coalesce(bool_or(not alive), false) as "isConfirmed",
      coalesce(bool_or(not alive and hears > 0), false) as "isTrusted" from said`, [workerId, hostId, freshMs])
  return row!
}
