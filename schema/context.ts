import { initContextCache } from '@pothos/core'
import type { PgBoss } from 'pg-boss'
import type { Caller } from '../server/auth/actor.ts'
import type { Db, Em } from '../server/db/orm.ts'
import type { Log } from '../server/log.ts'

/** What every resolver gets. One for each request, and a fresh one for each event of a subscription. */
export interface Context extends Caller {
  db: Db
  /** A fork of this request's own. */
  em: Em
  /** Sends pg-boss jobs; it runs none. */
  sender: PgBoss
  /** Carries the request id. */
  log: Log
}

/** A context for a request; the cache is where Pothos keeps its dataloaders. */
export function makeContext(parts: Omit<Context, 'em'>): Context {
  return { ...initContextCache(), ...parts, em: parts.db.em.fork() }
}

/** The same caller with nothing remembered: without this a subscription would answer every event from its first reads. */
export function freshContext(context: Context): Context {
  return { ...context, ...initContextCache(), em: context.db.em.fork() }
}
