import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifecycleEvent as event } from '../../wire/libvirt/constants.ts'
import type { LibvirtPool } from '../../wire/libvirt/pool.ts'
import type { HostEvent } from '../driver.ts'
import { until } from '../contract.test-support.ts'
import { watchHost } from './events.ts'

const control = { beforeCall() { /* always allowed */ }, timeoutMs: 1_000 }
type Heard = { domain: { uuid: string }; event: number; detail: number }

/** A host whose connections end when told to; `whileListing` happens between the registration and the answer to the listing. */
class Host {
  dialled = 0
  registered = 0
  listing: () => Promise<{ records: unknown[] }> = async () => ({ records: [] })
  handler: (heard: Heard) => void = () => undefined
  lose: (error: Error) => void = () => undefined

  pool(): LibvirtPool {
    return { events: async () => {
      this.dialled++
      const { promise: closed, resolve } = Promise.withResolvers<Error>()
      this.lose = resolve
      return {
        closed,
        on: async (_name: string, handler: (heard: Heard) => void) => { this.registered++; this.handler = handler; return { unsubscribe: async () => { this.registered-- } } },
        call: () => this.listing(),
      }
    } } as unknown as LibvirtPool
  }
}
const stopped = { domain: { uuid: 'a' }, event: event.STOPPED, detail: 1 }
const started = { domain: { uuid: 'a' }, event: event.STARTED, detail: 0 }

test('an event between registration and listing is heard after the reset', async () => {
  const host = new Host()
  const heard: HostEvent[] = []
  host.listing = async () => { host.handler(started); return { records: [{ domain: { uuid: 'a' }, params: [{ name: 'state.state', value: 1 }] }] } }
  const stop = await watchHost(host.pool(), control, (one) => { heard.push(one) })
  host.handler(stopped)
  assert.deepEqual(heard.map((one) => (one.kind === 'power' ? one.power : one.kind)), ['reset', 'running', 'stopped'])
  await stop()
  host.handler(started)
  assert.deepEqual([heard.length, host.registered], [3, 0])
})

test('after each loss it is registered anew, and what the host told before does not count', async () => {
  const host = new Host()
  const heard: HostEvent[] = []
  const stop = await watchHost(host.pool(), control, (one) => { heard.push(one) })
  host.handler(started)
  const gone = new Error('gone')
  host.lose(gone)
  await until(() => host.dialled === 2 && heard.length === 4)
  host.handler(started)
  assert.deepEqual(heard.map((one) => (one.kind === 'power' ? one.power : one.kind)), ['reset', 'running', 'lost', 'reset', 'running'])
  assert.deepEqual(heard[2], { kind: 'lost', error: gone })
  await stop()
})

test('a listing that fails takes the registration back, and tries again only where it was a reconnection', async () => {
  const host = new Host()
  host.listing = () => Promise.reject(new Error('no'))
  await assert.rejects(watchHost(host.pool(), control, () => assert.fail('nothing is told')), /no/)
  assert.deepEqual([host.dialled, host.registered], [1, 0])

  host.listing = async () => ({ records: [] })
  const heard: string[] = []
  const stop = await watchHost(host.pool(), control, ({ kind }) => { heard.push(kind) })
  let refusals = 0
  host.listing = () => (++refusals < 3 ? Promise.reject(new Error('no')) : Promise.resolve({ records: [] }))
  host.lose(new Error('gone'))
  await until(() => heard.length === 3)
  assert.deepEqual([heard, refusals], [['reset', 'lost', 'reset'], 3])
  await stop()
})

test('who may not act does not listen', async () => {
  let asked = 0
  const refusing = { ...control, beforeCall() { asked++; throw new Error('the lease is lost') } }
  const calling = { events: async () => ({ on: async (_n: string, _h: unknown, options: { beforeSend: () => void }) => { options.beforeSend() } }) } as unknown as LibvirtPool
  await assert.rejects(watchHost(calling, refusing, () => undefined), /the lease is lost/)
  assert.equal(asked, 1)
})
