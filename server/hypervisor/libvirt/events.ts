import { Backoff } from '../../wire/backoff.ts'
import { domainStats, statsFlag } from '../../wire/libvirt/flag-constants.ts'
import type { LibvirtPool } from '../../wire/libvirt/pool.ts'
import { paramsByName } from '../../wire/libvirt/protocol/typed-params.ts'
import type { CallControl, HostEvent } from '../driver.ts'
import { Lifecycle } from './lifecycle.ts'
import { powerOf } from './power-state.ts'

/** A host that comes back is noticed within this. */
const backoffMs = { base: 200, cap: 5_000 }
/** A connection that stood this long was no flapping one. */
const stableMs = 30_000

/**
 * Follows a host's lifecycle events for as long as it is not stopped: registers, lists, says `reset`, and after each loss
 * says `lost`, comes back and begins again. Resolves when the first registration stands.
 */
export async function watchHost(pool: LibvirtPool, control: CallControl, listener: (event: HostEvent) => void): Promise<() => Promise<void>> {
  const stopped = new AbortController()
  const first = await register(pool, control.timeoutMs, listener, stopped.signal, () => { control.beforeCall() })
  const following = follow(first)

  async function follow(registration: Registration): Promise<void> {
    const backoff = new Backoff({ baseMs: backoffMs.base, capMs: backoffMs.cap })
    let current: Registration | undefined = registration
    while (!stopped.signal.aborted) {
      if (current) {
        const since = performance.now()
        const error = await Promise.race([current.closed, aborted(stopped.signal)])
        if (stopped.signal.aborted) { await current.end(); return }
        if (performance.now() - since > stableMs) backoff.reset()
        listener({ kind: 'lost', error: error ?? new Error('the connection was closed') })
      }
      await sleep(backoff.next(), stopped.signal)
      if (stopped.signal.aborted) return
      current = await register(pool, control.timeoutMs, listener, stopped.signal).catch(() => undefined)
    }
  }

  return async () => {
    stopped.abort()
    await following
  }
}

interface Registration { closed: Promise<Error | undefined>; end(): Promise<void> }

/** Registers, then lists, then tells: what happens in between waits, so that `reset` is heard before it. */
async function register(pool: LibvirtPool, timeoutMs: number, listener: (event: HostEvent) => void, stopped: AbortSignal, beforeSend?: () => void): Promise<Registration> {
  const lifecycle = new Lifecycle()
  let waiting: HostEvent[] | undefined = []
  const tell = (event: HostEvent) => { if (!stopped.aborted) listener(event) }
  const connection = await pool.events()
  const options = { timeoutMs, beforeSend }
  const subscription = await connection.on('lifecycle', ({ domain, event, detail }) => {
    const events = lifecycle.hear(domain.uuid, event, detail)
    if (waiting) waiting.push(...events)
    else events.forEach(tell)
  }, options)
  const end = () => subscription.unsubscribe({ timeoutMs }).catch(() => { /* the connection is gone, and the registration with it */ })
  try {
    const { records } = await connection.call('ConnectGetAllDomainStats', { domains: [], stats: domainStats.STATE, flags: statsFlag.NOWAIT }, options)
    for (const { domain, params } of records) {
      const values = paramsByName(params)
      lifecycle.know(domain.uuid, powerOf(Number(values.get('state.state') ?? 0), Number(values.get('state.reason') ?? 0)))
    }
  } catch (error) {
    await end()
    throw error
  }
  tell({ kind: 'reset' })
  waiting.forEach(tell)
  waiting = undefined
  return { closed: connection.closed, end }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => { resolve(undefined) }, { once: true })
  })
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve() }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
