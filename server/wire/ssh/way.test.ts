import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { SshChannelRefusedError, SshConnectionLostError, SshNotSentError } from './errors.ts'
import { wayOf, waysOver } from './way.ts'

const refusal = (words: string, reason = 2) => new SshChannelRefusedError(`(SSH) Channel open failure: ${words}`, reason)

test('who refuses is there; only what leaves no doubt is no way', () => {
  assert.equal(wayOf(refusal('Connection refused')), true)
  for (const words of ['open failed', 'Network is unreachable', 'Name or service not known']) assert.equal(wayOf(refusal(words)), false, words)
  // Firewalls reject in the words of routers, and servers of names come back.
  for (const words of ['No route to host', 'Connection timed out', 'Temporary failure in name resolution', 'really open failed', '']) assert.equal(wayOf(refusal(words)), undefined, words)
  for (const error of [refusal('open failed', 1), refusal('Connection refused', 4), new SshNotSentError('open failed'), new SshConnectionLostError('x'), new Error(': open failed')]) assert.equal(wayOf(error), undefined)
})

test('an address that does not answer is waited for shortly, and asked for once at a time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asked: { address: string; port: number; answer: (stream: PassThrough) => void }[] = []
  const hasWayTo = waysOver({ openTcp: ({ address, port }) => new Promise((resolve) => { asked.push({ address, port, answer: resolve }) }) })
  const answers = [hasWayTo('10.0.0.1'), hasWayTo('10.0.0.1'), hasWayTo('10.0.0.2')]
  t.mock.timers.tick(3_000)
  assert.deepEqual(await Promise.all(answers), [undefined, undefined, undefined])
  assert.deepEqual(asked.map(({ address, port }) => [address, port]), [['10.0.0.1', 9], ['10.0.0.2', 9]])
  const late = hasWayTo('10.0.0.1')
  const stream = new PassThrough()
  asked[0]!.answer(stream)
  assert.equal(await late, true)
  assert.ok(stream.destroyed)
  void hasWayTo('10.0.0.1')
  assert.equal(asked.length, 3, 'what was told once is asked anew')
})
