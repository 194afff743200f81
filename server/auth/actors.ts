import { setImmediate } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { TokenScope } from '../db/entities/people.ts'
import type { Db, Em } from '../db/orm.ts'
import { uuidArray } from '../db/queries/page.ts'
import type { Permission } from '../model/permissions.ts'
import type { Actor } from './actor.ts'

interface Row { id: string; username: string; superuser: boolean; session_id: string; scopes: TokenScope[] | null; superuser_scope: boolean; memberships: Record<string, Permission[]> | null }

const actorsBySession = `
  select session.id as session_id, session.scopes, session.superuser_scope, user_account.id, user_account.username, user_account.superuser,
    (select jsonb_object_agg(workspace_id, to_jsonb(permissions)) from membership where membership.user_id = user_account.id) as memberships
  from session join user_account on user_account.id = session.user_id
  where session.id = any($1::uuid[]) and session.revoked_at is null and session.expires_at > now() and user_account.disabled_at is null`

/**
 * The actors of sessions as the database knows them now: undefined when the session has ended or its user is disabled.
 * One statement by primary keys, whatever the number of sessions.
 */
export async function loadActors(em: Em, sessionIds: readonly string[]): Promise<Map<string, Actor>> {
  if (sessionIds.length === 0) return new Map()
  const { rows } = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(actorsBySession, [uuidArray(sessionIds)]))
  return new Map(rows.map((row) => [row.session_id, {
    id: row.id,
    username: row.username,
    superuser: row.superuser && (row.scopes === null || row.superuser_scope),
    sessionId: row.session_id,
    isToken: row.scopes !== null,
    makesWorkspaces: row.scopes?.some(({ workspaceId, permissions }) => workspaceId === null && permissions.includes('workspace:edit')) === true,
    memberships: withinScopes(new Map(Object.entries(row.memberships ?? {}).map(([workspaceId, codes]) => [workspaceId, new Set(codes)])), row.scopes),
  }]))
}

/** What is left of the user's own rights. A workspace that no scope names is not there for the token. */
export function withinScopes(memberships: ReadonlyMap<string, ReadonlySet<Permission>>, scopes: readonly TokenScope[] | null): Actor['memberships'] {
  if (scopes === null) return memberships
  return new Map([...memberships].flatMap(([workspaceId, held]) => {
    const granted = scopes.filter((scope) => scope.workspaceId === null || scope.workspaceId === workspaceId)
    if (granted.length === 0) return []
    const codes = new Set(granted.flatMap(({ permissions }) => permissions))
    return [[workspaceId, new Set([...held].filter((code) => codes.has(code)))] as const]
  }))
}

/**
 * Actors by session, read anew for each request: a right that was taken away bites at the next one. For the events of
 * subscriptions, which can be thousands a second, an answer up to `eventMs` old is taken, and those who ask at the same
 * time share one statement.
 */
export class Actors {
  readonly #em: Em
  readonly #recent = new Map<string, { atMs: number; actor: Promise<Actor | undefined> }>()
  #asked: { sessionIds: Set<string>; actors: Promise<Map<string, Actor>> } | undefined
  static readonly eventMs = 500

  constructor(db: Db) { this.#em = db.em.fork() }

  /** As the database says at this moment. All whose requests are read in one go share a statement, which is sent after the last has asked. */
  async now(sessionId: string): Promise<Actor | undefined> {
    this.#asked ??= this.#gather()
    this.#asked.sessionIds.add(sessionId)
    return (await this.#asked.actors).get(sessionId)
  }

  #gather() {
    const sessionIds = new Set<string>()
    const actors = setImmediate().then(() => { this.#asked = undefined; return loadActors(this.#em, [...sessionIds]) })
    return { sessionIds, actors }
  }

  /** At most `Actors.eventMs` old. */
  async recent(sessionId: string): Promise<Actor | undefined> {
    const nowMs = performance.now()
    const known = this.#recent.get(sessionId)
    if (known && nowMs - known.atMs < Actors.eventMs) return known.actor
    const actor = this.now(sessionId)
    this.#recent.set(sessionId, { atMs: nowMs, actor })
    // An answer that failed is not kept.
    actor.catch(() => { if (this.#recent.get(sessionId)?.actor === actor) this.#recent.delete(sessionId) })
    if (this.#recent.size > 10_000) this.#forgetOld(nowMs)
    return actor
  }

  /** As the database says at this moment, and remembered for `recent`. */
  async renew(sessionId: string): Promise<Actor | undefined> {
    this.#recent.delete(sessionId)
    return this.recent(sessionId)
  }

  /** Told when the rights of a user may have changed. */
  forget(): void { this.#recent.clear() }

  /** Which of the sessions are still good, in one statement. */
  async alive(sessionIds: readonly string[]): Promise<Set<string>> {
    return new Set((await loadActors(this.#em, sessionIds)).keys())
  }

  #forgetOld(nowMs: number): void {
    for (const [sessionId, { atMs }] of this.#recent) if (nowMs - atMs >= Actors.eventMs) this.#recent.delete(sessionId)
  }
}
