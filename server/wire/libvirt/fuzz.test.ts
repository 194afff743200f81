// Thousands of broken conversations: whatever arrives, nothing is thrown past the connection, and every call ends.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { arbitrary, randomFrom } from '../../../test/support/arbitrary.ts'
import { encode, type Codec } from '../xdr/codec.ts'
import { LibvirtError, NotSent, OutcomeUnknown, ProtocolError } from './errors.ts'
import { frameOf } from './fake-daemon.test-support.ts'
import { messageType } from './frame.ts'
import { RpcPeer } from './peer.ts'
import { events } from './protocol/events.ts'
import { procedures, type CallName } from './protocol/procedures.ts'

const seed = Number(process.env.KLOUDAK_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const conversations = 3_000

it(`survives ${conversations} conversations with a broken peer (seed ${seed})`, async () => {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const names = (Object.keys(procedures) as CallName[]).filter((name) => !('stream' in procedures[name]))
  const eventList = Object.values(events)
  const ends = new Map<string, number>()
  for (let round = 0; round < conversations; round++) {
    const failures: Error[] = []
    const peer = new RpcPeer({ send: () => true, onFailure: (error) => { failures.push(error) } })
    const name = names[below(names.length)]!
    const procedure = procedures[name]
    const call = peer.call(name, arbitrary(procedure.args, random) as never).then(() => 'answered', (error: unknown) => error)

    const reply = frameOf({ program: procedure.program, procedure: procedure.number, serial: 1 }, encode(procedure.reply as Codec<unknown>, arbitrary(procedure.reply, random)))
    const event = eventList[below(eventList.length)]!
    const message = frameOf({ procedure: event.messageNumber, type: messageType.event }, encode(event.message as Codec<unknown>, arbitrary(event.message, random)))
    const bytes = Buffer.concat(below(2) === 0 ? [message, reply] : [reply, message])
    // From nothing to a few words: flipped bits, a stretch of noise, or the end cut off.
    for (let flips = below(4); flips > 0; flips--) bytes[below(bytes.length)]! ^= 1 << below(8)
    if (below(4) === 0) for (let at = below(bytes.length), end = at + below(16); at < end && at < bytes.length; at++) bytes[at] = below(256)
    const sent = below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
    for (let at = 0; at < sent.length;) {
      const size = 1 + below(sent.length)
      peer.receive(sent.subarray(at, at + size))
      at += size
    }
    peer.fail(new Error('the end of the conversation'))
    const end = await call
    const known = end === 'answered' || end instanceof LibvirtError || end instanceof OutcomeUnknown || end instanceof NotSent
    assert.ok(known, `${name} ended with ${String(end)}`)
    assert.equal(failures.length, 1)
    assert.ok(failures[0] instanceof ProtocolError || failures[0]!.message === 'the end of the conversation', `${name} failed with ${failures[0]?.stack}`)
    const kind = end === 'answered' ? 'answered' : `${(end as Error).name} by ${failures[0]!.name}`
    ends.set(kind, (ends.get(kind) ?? 0) + 1)
  }
  // Not worth much unless both happened often.
  assert.ok((ends.get('answered') ?? 0) > conversations / 10, JSON.stringify(Object.fromEntries(ends)))
  assert.ok((ends.get('OutcomeUnknown by ProtocolError') ?? 0) > conversations / 10, JSON.stringify(Object.fromEntries(ends)))
})
