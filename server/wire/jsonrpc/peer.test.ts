import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonRpcError, JsonRpcPeer, JsonRpcProtocolError } from './peer.ts'

function pair() {
  const notifications: [string, unknown][] = []
  const onRequest = (method: string, params: unknown) => { if (method === 'echo') return params; throw new Error('unknown method') }
  const options = { onRequest, onNotification: (method: string, params: unknown) => { notifications.push([method, params]) }, maxMessageBytes: 10_000 }
  const left: JsonRpcPeer = new JsonRpcPeer({ ...options, send: (text) => { right.receive(Buffer.from(text)) } })
  const right: JsonRpcPeer = new JsonRpcPeer({ ...options, send: (text) => { left.receive(Buffer.from(text)) } })
  return { left, right, notifications }
}

test('both sides may ask, and answers find their requests', async () => {
  const { left, right, notifications } = pair()
  assert.deepEqual(await Promise.all([left.request('echo', [1]).answer, right.request('echo', [2]).answer, left.request('echo', [3]).answer]), [[1], [2], [3]])
  left.notify('update', ['x'])
  assert.deepEqual(notifications, [['update', ['x']]])
  await assert.rejects(left.request('other', []).answer, (error) => error instanceof JsonRpcError && (error.error as { error: string }).error === 'unknown method')
})

test('an end fails what is open; a late answer to an abandoned request is dropped', async () => {
  const sent: string[] = []
  const peer = new JsonRpcPeer({ send: (text) => { sent.push(text) }, onRequest: () => null, onNotification: () => {}, maxMessageBytes: 1_000 })
  const first = peer.request('transact', [])
  const second = peer.request('transact', [])
  const abandoned = assert.rejects(first.answer, /too late/)
  peer.abandon(first.id, new Error('too late'))
  await abandoned
  peer.receive(Buffer.from(`{"id":${first.id},"result":[],"error":null}`))
  const ended = assert.rejects(second.answer, /gone/)
  peer.end(new Error('gone'))
  await ended
  assert.equal(peer.pendingCount, 0)
})

test('an answer to nothing and a message of no kind are faults of the protocol', () => {
  const peer = new JsonRpcPeer({ send: () => {}, onRequest: () => null, onNotification: () => {}, maxMessageBytes: 1_000 })
  for (const text of ['{"id":7,"result":[],"error":null}', '[]', '{"id":"x","result":1}', '{}']) assert.throws(() => { peer.receive(Buffer.from(text)) }, JsonRpcProtocolError, text)
})
