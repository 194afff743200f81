import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifecycleDetail as detail, lifecycleEvent as event } from '../../wire/libvirt/constants.ts'
import { Lifecycle } from './lifecycle.ts'

const id = 'a'
const tell = (lifecycle: Lifecycle, ...heard: [number, number][]) => heard.flatMap(([what, why]) => lifecycle.hear(id, what, why)).map((one) => (one.kind === 'power' ? `${one.power}: ${one.reason}` : one.kind))
const started: [number, number][] = [[event.RESUMED, detail.RESUMED.UNPAUSED], [event.STARTED, detail.STARTED.BOOTED]]

test('a start is told once, whatever libvirt says about it', () => {
  assert.deepEqual(tell(new Lifecycle(), [event.DEFINED, detail.DEFINED.ADDED], ...started), ['running: started'])
  assert.deepEqual(tell(new Lifecycle(), [event.STARTED, 0], [event.SUSPENDED, detail.SUSPENDED.PAUSED], [event.RESUMED, 0]), ['running: started', 'paused: suspended', 'running: resumed'])
})

test('who ended a guest is told apart', () => {
  const ends = (...heard: [number, number][]) => tell(new Lifecycle(), ...started, ...heard).slice(1)
  assert.deepEqual(ends([event.SHUTDOWN, detail.SHUTDOWN.GUEST], [event.STOPPED, detail.STOPPED.SHUTDOWN]), ['stopped: guest-shutdown'])
  assert.deepEqual(ends([event.SHUTDOWN, detail.SHUTDOWN.HOST], [event.STOPPED, detail.STOPPED.SHUTDOWN]), ['stopped: stopped'])
  assert.deepEqual(ends([event.STOPPED, detail.STOPPED.DESTROYED]), ['stopped: stopped'])
  assert.deepEqual(ends([event.STOPPED, detail.STOPPED.FAILED]), ['crashed: failed'])
  assert.deepEqual(ends([event.STOPPED, detail.STOPPED.CRASHED]), ['crashed: crashed'])
  assert.deepEqual(ends([event.STOPPED, detail.STOPPED.MIGRATED]), ['stopped: migrated'])
  assert.deepEqual(ends([event.CRASHED, detail.CRASHED.PANICKED]), ['crashed: crashed'])
})

test('what was listed after the registration is not told again, and what was told is not overwritten by it', () => {
  const lifecycle = new Lifecycle()
  assert.deepEqual(tell(lifecycle, [event.SUSPENDED, 0]), ['paused: suspended'])
  lifecycle.know(id, 'running')
  assert.deepEqual(tell(lifecycle, [event.SUSPENDED, 0], [event.RESUMED, 0]), ['running: resumed'])
})

test('a domain that is undefined while it runs is removed when it stops; a renamed one is not', () => {
  const lifecycle = new Lifecycle()
  assert.deepEqual(tell(lifecycle, ...started, [event.UNDEFINED, 0]), ['running: started'])
  assert.deepEqual(tell(lifecycle, [event.STOPPED, detail.STOPPED.DESTROYED]), ['stopped: stopped', 'removed'])
  assert.deepEqual(tell(new Lifecycle(), [event.DEFINED, 0], [event.UNDEFINED, detail.UNDEFINED.RENAMED]), [])
  assert.deepEqual(tell(new Lifecycle(), [event.DEFINED, 0], [event.UNDEFINED, 0]), ['removed'])
})
