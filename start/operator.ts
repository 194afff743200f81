// `npm run operator`: what whoever owns the machine can do without signing in.
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { auditAllowed, noteOf } from '../server/app/audit.ts'
import { changeAccess } from '../server/auth/access.ts'
import { generatePassword, hashPassword } from '../server/auth/password.ts'
import { endSessions } from '../server/auth/session.ts'
import { keysOf, parseMasterKey } from '../server/db/master-key.ts'
import { migrate, openDb } from '../server/db/orm.ts'
import type { Em } from '../server/db/orm.ts'
import { reseal } from '../server/db/reseal.ts'
import { usernameKey } from '../server/model/username.ts'
import { ensureAdmin } from './admin.ts'
import { startPostgres } from './postgres.ts'
import { readMasterKey, readSettings } from './settings.ts'

const usage = `npm run operator -- <command>
  prepare                     brings the database up to this version of Kloudak, and makes the first superuser when there is none
  reset-password <username>   gives the account a new password, shows it once, ends all of its sessions and API tokens, and enables it
  new-master-key              puts a new key before those of the master key file: it seals from the next start on
  reseal                      seals every secret of the database under the first key of the file, so that the others can be deleted`

const settings = readSettings(process.env)
const keyFile = process.env.KLOUDAK_MASTER_KEY_FILE ?? join(settings.dataFolder, 'master.key')

/** On the database of `DATABASE_URL`, or on that of `npm start`, which need not run. */
async function withDatabase(work: (em: Em) => Promise<void>): Promise<void> {
  if (!settings.databaseUrl && !existsSync(keyFile)) throw new Error(`There is no Kloudak in ${settings.dataFolder}. Name its database with DATABASE_URL, or its folder with KLOUDAK_DATA.`)
  const postgres = settings.databaseUrl ? undefined : await startPostgres({ folder: join(settings.dataFolder, 'postgres') })
  const db = await openDb({ url: settings.databaseUrl ?? postgres!.url, poolSize: 1, applicationName: 'kloudak-operator' })
  try {
    await work(db.em.fork())
  } finally {
    await db.close(true)
    if (postgres && !postgres.reused) await postgres.stop()
  }
}

async function resetPassword(em: Em, username: string): Promise<void> {
  const password = generatePassword()
  const passwordHash = await hashPassword(password)
  const user = await em.transactional(async (inner) => {
    const [known] = await inner.execute<{ id: string; username: string }[]>('select id, username from user_account where username_key = ?', [usernameKey(username)])
    if (!known) throw new Error(`There is no user ${username}.`)
    await changeAccess(inner, known.id)
    await inner.execute('update user_account set password_hash = ?, disabled_at = null where id = ?', [passwordHash, known.id])
    await endSessions(inner, known.id, { tokens: true })
    // The audit has no actor for it: whoever owns the machine.
    const note = { ...noteOf('resetUserPassword', { username: known.username }), object: { type: 'user', id: known.id, name: known.username } }
    await auditAllowed(inner, { actor: undefined, requestId: 'operator-command', clientAddress: 'local', note })
    return known
  })
  console.log(`The new password of ${user.username} is  ${password}  (shown this once)`)
}

/** What a start of all on one machine does by itself: for servers and workers that are started one by one. */
async function prepare(): Promise<void> {
  if (!settings.databaseUrl) throw new Error('prepare needs DATABASE_URL: npm start prepares its own database.')
  for (const name of await migrate(settings.databaseUrl)) console.log(`migrated the database: ${name}`)
  await withDatabase(async (em) => {
    const { made, password } = await ensureAdmin(em, settings.adminPassword)
    if (password) console.log(`Sign in as admin with the password  ${password}  (shown this once)`)
    else console.log(made ? 'Sign in as admin with the password from KLOUDAK_ADMIN_PASSWORD' : 'There is a superuser.')
  })
}

function newMasterKey(): void {
  const keys = keysOf(parseMasterKey(readFileSync(keyFile, 'utf8')))
  const written = `${keyFile}.new`
  writeFileSync(written, `${[randomBytes(32), ...keys].map((key) => Buffer.from(key).toString('base64')).join('\n')}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(written, 0o600)
  renameSync(written, keyFile)
  console.log(`${keyFile} now begins with a new key. Restart Kloudak, then run: npm run operator -- reseal`)
}

async function run([command, argument, ...rest]: readonly string[]): Promise<void> {
  if (command === 'prepare' && argument === undefined) return prepare()
  if (command === 'reset-password' && argument && rest.length === 0) return withDatabase((em) => resetPassword(em, argument))
  if (command === 'new-master-key' && argument === undefined) return newMasterKey()
  if (command === 'reseal' && argument === undefined) {
    return withDatabase(async (em) => {
      const changed = await reseal(em, readMasterKey(keyFile))
      console.log(`${changed} secrets were sealed anew. Only the first key of ${keyFile} is needed from now on.`)
    })
  }
  throw new Error(usage)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
