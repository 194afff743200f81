import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { WebSocket } from 'ws'
import { hashPassword } from '../../server/auth/password.ts'
import { UserAccount } from '../../server/db/entities/people.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'
import { startProgram } from '../support/worker.ts'

const { url, db } = await useTestDb()
const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-key-'))
after(() => { rmSync(folder, { recursive: true }) })
const key = join(folder, 'key')
writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 })
const start = () => startProgram('server/main.ts', [], { DATABASE_URL: url, KLOUDAK_MASTER_KEY_FILE: key, PORT: '0' })

async function post(port: number, query: string, token?: string) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query }) })
  return await response.json() as { data: { viewer?: unknown; signIn?: { session: { accessToken: string } } } }
}

test('servers side by side know each other\'s tokens, and leave cleanly with clients connected', async () => {
  await db.em.fork().execute("insert into installation (id, stream_epoch, mac_prefix) values (?, gen_random_uuid(), '52:54:00') on conflict do nothing", [newId()])
  await db.em.fork().insert(UserAccount, { id: newId(), username: 'op', usernameKey: 'op', passwordHash: await hashPassword('correct horse battery') })
  const servers = [start(), start()]
  try {
    const ports: number[] = []
    for (const server of servers) {
      await until(`the server to be ready:\n${server.output()}`, () => server.output().includes('"msg":"ready"'), 60_000)
      ports.push(Number(/"port":(\d+)/.exec(server.output())![1]))
    }
    // Both make their first token at once, and need a key for it.
    const tokens = await Promise.all(ports.map(async (port) => {
      const { data } = await post(port, 'mutation { signIn(input: { username: "op", password: "correct horse battery" }) { ... on SignInPayload { session { accessToken } } } }')
      return data.signIn!.session.accessToken
    }))
    const keys = await db.em.fork().execute<{ count: string }[]>('select count(*) from signing_key')
    assert.equal(Number(keys[0]!.count), 1)
    for (const port of ports) for (const token of tokens) assert.deepEqual((await post(port, '{ viewer { username } }', token)).data, { viewer: { username: 'op' } })

    const socket = new WebSocket(`ws://127.0.0.1:${ports[0]}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${tokens[1]}` } }))
    await once(socket, 'message')
    const closed = once(socket, 'close')
    for (const server of servers) server.child.kill('SIGTERM')
    assert.equal((await closed)[0], 1001)
    for (const server of servers) assert.equal(await server.ended, 0, server.output())
    await assert.rejects(fetch(`http://127.0.0.1:${ports[0]}/healthz`))
    for (const server of servers) assert.doesNotMatch(server.output(), /correct horse battery|"level":(50|60)/)
  } finally {
    for (const server of servers) server.child.kill('SIGKILL')
  }
})

test('a server without its settings says which are missing', async () => {
  const server = startProgram('server/main.ts', [], { DATABASE_URL: '', KLOUDAK_MASTER_KEY_FILE: '' })
  assert.equal(await server.ended, 1)
  assert.match(server.output(), /DATABASE_URL[\s\S]*KLOUDAK_MASTER_KEY_FILE/)
})
