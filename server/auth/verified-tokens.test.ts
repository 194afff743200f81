import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from 'jose'
import type { CryptoKey } from 'jose'
import { issueAccessToken } from './access-token.ts'
import type { KeyRing } from './key-ring.ts'
import { VerifiedTokens } from './verified-tokens.ts'

const { publicKey, privateKey } = await generateKeyPair('EdDSA')
const subject = { userId: 'u', sessionId: 's', username: 'n', superuser: false, workspaces: [] }

/** A ring of one key that can be taken away, and how often it was asked. */
function makeRing() {
  const state = { asked: 0, key: publicKey as CryptoKey | undefined }
  const ring = { signingKey: async () => ({ kid: 'k', key: privateKey, algorithm: 'EdDSA' }), verifyingKey: async () => { state.asked++; return state.key } } as unknown as KeyRing
  return { ring, state }
}

test('a token is checked once a minute, not once a request, and not past its end', async () => {
  const { ring, state } = makeRing()
  let nowMs = Date.now()
  const tokens = new VerifiedTokens(ring, () => nowMs)
  const { token, expiresAt } = await issueAccessToken(ring, subject)
  for (let request = 0; request < 3; request++) assert.equal((await tokens.verify(token)).sessionId, 's')
  assert.equal(state.asked, 1)
  nowMs += 61_000
  await tokens.verify(token)
  assert.equal(state.asked, 2)
  nowMs = expiresAt.getTime() + 1
  await tokens.verify(token)
  assert.equal(state.asked, 3, 'past its end it is checked again, by the real clock')
})

test('a key that is taken away is believed for a minute at most, and a changed token never', async () => {
  const { ring, state } = makeRing()
  let nowMs = Date.now()
  const tokens = new VerifiedTokens(ring, () => nowMs)
  const { token } = await issueAccessToken(ring, subject)
  await tokens.verify(token)
  await assert.rejects(tokens.verify(`${token.slice(0, -4)}AAAA`), { code: 'UNAUTHENTICATED' })
  state.key = undefined
  nowMs += 60_001
  await assert.rejects(tokens.verify(token), { code: 'UNAUTHENTICATED' })
})
