import { sql } from 'kysely'
import type { Sight } from './page.ts'

/** What operators offer to all workspaces, or to some. */
export const offerTables = ['image', 'template', 'instance_type'] as const
export type OfferTable = (typeof offerTables)[number]

/** True of a row of the table that this workspace may use. Column names are the table's own: it must be the one selected from. */
export const offeredTo = (table: OfferTable, workspaceId: string) => sql<boolean>`(${sql.ref(`${table}.is_public`)} or exists (
  select 1 from ${sql.table(`${table}_workspace`)} offered where ${sql.ref(`offered.${table}_id`)} = ${sql.ref(`${table}.id`)} and offered.workspace_id = ${workspaceId}::uuid))`

/** True of a row of the table that one who sees these workspaces sees. */
export const offeredToSome = (table: OfferTable, sight: Sight) => (sight === 'all'
  ? sql<boolean>`true`
  : sql<boolean>`(${sql.ref(`${table}.is_public`)} or exists (
    select 1 from ${sql.table(`${table}_workspace`)} offered where ${sql.ref(`offered.${table}_id`)} = ${sql.ref(`${table}.id`)} and offered.workspace_id = any(${`{${sight.join(',')}}`}::uuid[])))`)
