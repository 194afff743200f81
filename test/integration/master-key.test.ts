import assert from 'node:assert/strict'
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createWorkspace } from '../../server/app/workspace.ts'
import { Auth } from '../../server/auth/auth.ts'
import { hashPassword } from '../../server/auth/password.ts'
import { UserAccount } from '../../server/db/entities/people.ts'
import type { MasterKey } from '../../server/db/master-key.ts'
import { reseal, sealedColumns } from '../../server/db/reseal.ts'
import { seal, unseal } from '../../server/db/seal.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { requestOf } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const [older, newer] = [randomBytes(32), randomBytes(32)]
const both: MasterKey = [newer, older]
const password = 'correct horse battery'
const em = db.em.fork()
await em.insert(UserAccount, { id: newId(), username: 'ada', usernameKey: 'ada', passwordHash: await hashPassword(password) })
const signIn = (auth: Auth) => auth.signIn(db.em.fork(), { username: 'ada', password, clientAddress: '192.0.2.1' })
const { hostIds: [hostId] } = await makeWorld(db)
await em.execute('update host set ssh_key_sealed = ? where id = ?', [seal(older, { table: 'host', id: hostId! }, 'a private key'), hostId])
const hostKey = async (key: MasterKey) => {
  const [row] = await em.execute<{ sealed: Buffer }[]>('select ssh_key_sealed as sealed from host where id = ?', [hostId])
  return unseal(key, { table: 'host', id: hostId! }, row!.sealed).toString()
}

test('every column of sealed values is known to the rotation', async () => {
  const columns = await em.execute("select table_name as table, column_name as column from information_schema.columns where table_schema = 'public' and column_name like '%sealed' order by 1 desc")
  assert.deepEqual(columns, sealedColumns)
})

test('the master key is replaced without logging anybody out or enrolling a host again', async () => {
  const before = new Auth(db, older)
  const grant = await signIn(before)

  // The new key seals, the old one still opens.
  const during = new Auth(db, both)
  assert.equal((await during.authenticate(grant.accessToken)).username, 'ada')
  const refreshed = await during.refresh(db.em.fork(), grant.refreshToken)
  await during.keys.rotate({ atOnce: true })
  const issued = (await signIn(during)).accessToken
  assert.equal(await hostKey(both), 'a private key')

  // A process that was not restarted yet cannot open the new signing key, but takes what it signed, and signs on.
  const behind = new Auth(db, older)
  assert.equal((await behind.authenticate(issued)).username, 'ada')
  assert.equal((await during.authenticate((await signIn(behind)).accessToken)).username, 'ada')

  assert.equal(await reseal(db.em.fork(), both), 3)
  assert.equal(await reseal(db.em.fork(), both), 0)

  // The old key is gone.
  const after = new Auth(db, newer)
  for (const token of [grant.accessToken, refreshed.accessToken, issued]) assert.equal((await after.authenticate(token)).username, 'ada')
  assert.equal((await after.refresh(db.em.fork(), refreshed.refreshToken)).actor.username, 'ada')
  assert.equal(await hostKey(newer), 'a private key')
  assert.throws(() => unseal(older, { table: 'host', id: hostId! }, seal(newer, { table: 'host', id: hostId! }, 'x')), /no master key/)
})

test('a refresh whose answer was lost while the key was replaced is answered again', async () => {
  const { refreshToken } = await signIn(new Auth(db, older))
  const first = await new Auth(db, older).refresh(db.em.fork(), refreshToken)
  const again = await new Auth(db, both).refresh(db.em.fork(), refreshToken)
  assert.equal(again.refreshToken, first.refreshToken)
  // Its secret half, as the old key derives it, and no other way.
  const derived = createHmac('sha256', Buffer.from(hkdfSync('sha256', older, '', 'kloudak refresh token', 32))).update(refreshToken).digest('base64url')
  assert.equal(first.refreshToken.split('.')[0], derived)
})

test('a request that is sent again after the key was replaced is known', async () => {
  const world = await makeWorld(db)
  const ask = (auth: Auth, name: string) => createWorkspace({ ...requestOf(db, world.owner), auth }, { name, idempotencyKey: 'across' })
  const first = await ask(new Auth(db, older), 'kept')
  assert.equal((await ask(new Auth(db, both), 'kept')).objectId, first.objectId)
  await assert.rejects(ask(new Auth(db, both), 'another'), (error: { code?: string }) => error.code === 'CONFLICT')
})

test('a lost master key ends no session either: what was signed stays good, and a new key signs', async () => {
  const { accessToken } = await signIn(new Auth(db, newer))
  const stranger = new Auth(db, randomBytes(32))
  assert.equal((await stranger.authenticate(accessToken)).username, 'ada')
  assert.equal((await new Auth(db, newer).authenticate((await signIn(stranger)).accessToken)).username, 'ada')
})
