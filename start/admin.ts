import type { Em } from '../server/db/orm.ts'
import { generatePassword, hashPassword } from '../server/auth/password.ts'
import { newId } from '../server/model/id.ts'

/**
 * The first superuser, `admin`, when there is none yet: that somebody has signed up makes no operator. Returns the password that was made for it, to be shown once
 * and kept nowhere; undefined when the operator chose it, or the account was there.
 */
export async function ensureAdmin(em: Em, chosen: string | undefined): Promise<{ made: boolean; password: string | undefined }> {
  const [{ count }] = await em.execute<[{ count: number }]>('select count(*)::integer as count from user_account where superuser')
  if (count > 0) return { made: false, password: undefined }
  const password = chosen ?? generatePassword()
  await em.execute("insert into user_account (id, username, username_key, password_hash, superuser) values (?, 'admin', 'admin', ?, true)", [newId(), await hashPassword(password)])
  return { made: true, password: chosen ? undefined : password }
}
