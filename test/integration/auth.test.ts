import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useApi } from '../support/api.ts'

const api = await useApi()

test('a name and a password open a session', async () => {
  await api.user({ username: 'Ada' })
  const { signIn } = await api.anonymous.ask<{ signIn: { session: { accessToken: string; user: { username: string } } } }>(
    'mutation { signIn(input: { username: "aDA", password: "correct horse battery" }) { ... on SignInPayload { session { accessToken refreshToken user { username } } } } }')
  assert.equal(signIn.session.user.username, 'Ada')
  const answer = await api.anonymous.send<{ viewer: { username: string } }>('{ viewer { username } }', {}, { authorization: `Bearer ${signIn.session.accessToken}` })
  assert.deepEqual(answer.data.viewer, { username: 'Ada' })
})
