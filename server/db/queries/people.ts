import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { Session, UserAccount } from '../entities/people.ts'
import { kyselyOf, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'

/** The names of these users by id. */
export async function usernamesOf(em: Em, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await kyselyOf(em).selectFrom('user_account').select(['id', 'username']).where(anyOf('id', ids)).execute()
  return new Map(rows.map(({ id, username }) => [id, username]))
}

export interface UserFilter {
  /** Somewhere in the username or the email address, whatever the case. */
  text?: string | undefined
  superuser?: boolean | undefined
  disabled?: boolean | undefined
}

function filtered(em: Em, { text, superuser, disabled }: UserFilter) {
  let query = kyselyOf(em).selectFrom('user_account')
  if (text !== undefined) query = query.where(sql<boolean>`(user_account.username ilike ${containing(text)} or user_account.email ilike ${containing(text)})`)
  if (superuser !== undefined) query = query.where('user_account.superuser', '=', superuser)
  if (disabled !== undefined) query = query.where('user_account.disabledAt', disabled ? 'is not' : 'is', null)
  return query
}

/** Oldest first. */
export async function userPage(em: Em, filter: UserFilter, page: PageRequest): Promise<UserAccount[]> {
  return rowsOf(em, UserAccount, keyset(filtered(em, filter).selectAll('user_account'), 'user_account.id', page))
}

export const userCount = (em: Em, filter: UserFilter): Promise<number> => countOf(filtered(em, filter))

export async function usersByIds(em: Em, ids: readonly string[]): Promise<UserAccount[]> {
  return rowsOf(em, UserAccount, kyselyOf(em).selectFrom('user_account').selectAll('user_account').where(anyOf('user_account.id', ids)))
}

const tokensOf = (em: Em, userId: string) => kyselyOf(em).selectFrom('session').where('session.user', '=', userId).where('session.kind', '=', 'token')

/** A user's API tokens, newest first. */
export async function apiTokenPage(em: Em, userId: string, page: PageRequest): Promise<Session[]> {
  return rowsOf(em, Session, keyset(tokensOf(em, userId).selectAll('session'), 'session.id', page, { newestFirst: true }))
}

export const apiTokenCount = (em: Em, userId: string): Promise<number> => countOf(tokensOf(em, userId))

/** How many of them are good now. */
export const liveApiTokenCount = (em: Em, userId: string): Promise<number> => countOf(tokensOf(em, userId).where('session.revokedAt', 'is', null).where('session.expiresAt', '>', sql<Date>`now()`))

/** The user's token of this id; undefined when there is none. */
export async function apiTokenById(em: Em, userId: string, id: string): Promise<Session | undefined> {
  return (await rowsOf(em, Session, tokensOf(em, userId).selectAll('session').where('session.id', '=', id)))[0]
}
