// `npm run operator` as the process that it is.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { keysOf, parseMasterKey } from '../../server/db/master-key.ts'
import { unseal } from '../../server/db/seal.ts'
import { useApi } from '../support/api.ts'
import { startProgram } from '../support/worker.ts'

const api = await useApi()
const folder = mkdtempSync(join(tmpdir(), 'kloudak-operator-'))
after(() => { rmSync(folder, { recursive: true, force: true }) })
const keyFile = join(folder, 'key')
writeFileSync(keyFile, api.masterKey.toString('base64'))

const operate = (...args: string[]) => operateOn(api.databaseUrl, ...args)

async function operateOn(url: string, ...args: string[]): Promise<{ ended: number | string; output: string }> {
  const program = startProgram('start/operator.ts', args, { DATABASE_URL: url, KLOUDAK_MASTER_KEY_FILE: keyFile, KLOUDAK_DATA: folder })
  return { ended: await program.ended, output: program.output() }
}
const signIn = (username: string, password: string) =>
  api.anonymous.send<{ signIn: { __typename: string } }>('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { username, password } })

test('who owns the machine gets a locked account back, and whoever was in it is out', async () => {
  const intruder = await api.user({ username: 'admin', superuser: true })
  await api.db.em.fork().execute("update user_account set disabled_at = now() where username = 'admin'")
  const { ended, output } = await operate('reset-password', 'ADMIN')
  assert.equal(ended, 0, output)
  const password = /^The new password of admin is {2}(\S{20}) {2}\(shown this once\)$/m.exec(output)![1]!
  assert.equal((await signIn('admin', password)).data.signIn.__typename, 'SignInPayload')
  assert.equal((await intruder.send('{ viewer { id } }')).status, 401)
  const audited = await api.db.em.fork().execute("select method, user_id, object_name, error_code from audit where request_id = 'operator-command'")
  assert.deepEqual(audited, [{ method: 'resetUserPassword', user_id: null, object_name: 'admin', error_code: null }])
})

test('what cannot be done is said, and changes nothing', async () => {
  for (const args of [[], ['reset-password'], ['reset-password', 'nobody'], ['reset-password', 'a', 'b'], ['delete-everything'], ['reseal', 'x']]) {
    const { ended, output } = await operate(...args)
    assert.equal(ended, 1)
    assert.match(output, args[1] === 'nobody' ? /There is no user nobody/ : /npm run operator --/)
  }
})

test('a new master key comes first in its file, seals what the old one sealed, and the old one is needed no more', async () => {
  await api.auth.keys.signingKey()
  assert.equal((await operate('new-master-key')).ended, 0)
  const [newer, older, ...others] = keysOf(parseMasterKey(readFileSync(keyFile, 'utf8')))
  assert.deepEqual([Buffer.from(older!), others], [api.masterKey, []])
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
  const { ended, output } = await operate('reseal')
  assert.equal(ended, 0)
  assert.match(output, /^1 secrets were sealed anew/)
  const [row] = await api.db.em.fork().execute<{ id: string; sealed: Buffer }[]>('select id, private_sealed as sealed from signing_key')
  assert.match(unseal(newer, { table: 'signing_key', id: row!.id }, row!.sealed).toString(), /"d":/)
  writeFileSync(keyFile, randomBytes(32).toString('base64'))
  const wrong = await operate('reseal')
  assert.deepEqual([wrong.ended, /no master key opens/.test(wrong.output)], [1, true])
})

test('an empty database is prepared for servers and workers that are started one by one, once', async () => {
  const sql = postgres(api.databaseUrl, { max: 1, onnotice: () => {} })
  const name = `prepared_${randomBytes(4).toString('hex')}`
  await sql.unsafe(`create database ${name}`)
  const url = new URL(api.databaseUrl)
  url.pathname = name
  try {
    const first = await operateOn(url.href, 'prepare')
    assert.equal(first.ended, 0, first.output)
    assert.match(first.output, /migrated the database: \d+_1_foundation\n(.*\n)*Sign in as admin with the password {2}\S+ {2}\(shown this once\)/)
    assert.deepEqual(await operateOn(url.href, 'prepare'), { ended: 0, output: 'There is a superuser.\n' })
  } finally {
    await sql.unsafe(`drop database ${name} with (force)`)
    await sql.end()
  }
})
