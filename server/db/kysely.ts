import type { Db, Em } from './orm.ts'

/**
 * Kysely on the entity manager's connection, inside its transaction when there is one. Columns carry the entities'
 * property names, values the entities' types.
 */
export function kyselyOf(em: Em) {
  return (em as Db['em']).getKysely({ columnNamingStrategy: 'property', convertValues: true })
}
export type KyselyDb = ReturnType<typeof kyselyOf>
