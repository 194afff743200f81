import { initContextCache } from '@pothos/core'
import { noteOf } from '../server/app/audit.ts'
import type { Note } from '../server/app/audit.ts'
import type { StatsFeed } from '../server/app/stats-feed.ts'
import type { Caller } from '../server/auth/actor.ts'
import type { Auth } from '../server/auth/auth.ts'
import type { Sender } from '../server/db/boss.ts'
import type { Db, Em } from '../server/db/orm.ts'
import type { EventHub } from '../server/events/hub.ts'
import type { Log } from '../server/log.ts'
import type { StatsSettings } from '../server/model/stats.ts'

/** A cookie that scripts cannot read and other sites cannot send. */
export interface RefreshCookie {
  read(): string | undefined
  write(token: string, expiresAt: Date): void
  clear(): void
}

/** What every resolver gets. One for each request, and a fresh one for each event of a subscription. */
export interface Context extends Caller {
  db: Db
  /** A fork of this request's own. */
  em: Em
  /** Rings the worker's bell when a transaction commits. */
  sender: Sender
  /** Of the mutation that runs: they run one after another. */
  note: Note
  hub: EventHub
  /** Carries the request id. */
  log: Log
  auth: Auth
  statsSettings: StatsSettings
  statsFeed: StatsFeed
  /** The browser's refresh token, over HTTP only. */
  refreshCookie: RefreshCookie | undefined
  /** Gives what the caller may have only once the mutation's row in the audit stands: a cookie goes out with a refusal too. */
  whenRecorded?: (() => void) | undefined
}

/** A context for a request; the cache is where Pothos keeps its dataloaders. */
export function makeContext(parts: Omit<Context, 'em' | 'note'>): Context {
  return { ...initContextCache(), ...parts, note: noteOf('', {}), em: parts.db.em.fork() }
}

/** The same caller with nothing remembered: without this a subscription would answer every event from its first reads. */
export function freshContext(context: Context): Context {
  return { ...context, ...initContextCache(), em: context.db.em.fork() }
}
