import type { MasterKey } from './master-key.ts'
import type { Em } from './orm.ts'
import { isSealedUnder, seal, unseal } from './seal.ts'

/** Every column that holds sealed values; a test looks for those that are missing. */
export const sealedColumns = [
  { table: 'vm', column: 'user_data_sealed' },
  { table: 'signing_key', column: 'private_sealed' },
  { table: 'pool', column: 'secret_sealed' },
  { table: 'host', column: 'ssh_key_sealed' },
  { table: 'fence_device', column: 'password_sealed' },
] as const

/**
 * Seals everything anew that an older key sealed, row by row, so that the older keys are needed no more. Returns how many
 * values it changed. May be run again, also after it was cut off. Throws when no key of ours opens one.
 */
export async function reseal(em: Em, masterKey: MasterKey): Promise<number> {
  let changed = 0
  for (const { table, column } of sealedColumns) {
    const rows = await em.execute<{ id: string }[]>(`select id from ${table} where ${column} is not null order by id`)
    for (const { id } of rows) {
      changed += await em.transactional(async (inner) => {
        const [row] = await inner.execute<{ sealed: Buffer | null }[]>(`select ${column} as sealed from ${table} where id = ? for update`, [id])
        if (!row?.sealed || isSealedUnder(masterKey, row.sealed)) return 0
        await inner.execute(`update ${table} set ${column} = ? where id = ?`, [seal(masterKey, { table, id }, unseal(masterKey, { table, id }, row.sealed)), id])
        return 1
      })
    }
  }
  return changed
}

/**
 * Seals the user data that an older Kloudak wrote in the clear, row by row. Returns how many rows it changed. Any number
 * of workers may run it at once, and again.
 */
export async function sealUserData(em: Em, masterKey: MasterKey): Promise<number> {
  const rows = await em.execute<{ id: string }[]>('select id from vm where user_data is not null order by id')
  let changed = 0
  for (const { id } of rows) {
    changed += await em.transactional(async (inner) => {
      const [row] = await inner.execute<{ plain: string | null }[]>('select user_data as plain from vm where id = ? for update', [id])
      if (row?.plain == null) return 0
      await inner.execute('update vm set user_data = null, user_data_sealed = ? where id = ?', [seal(masterKey, { table: 'vm', id }, row.plain), id])
      return 1
    })
  }
  return changed
}
