import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { freshToken, refresh } from './session.ts'
import { createStore } from './store.ts'

/** Whether what the screen shows is being kept true. */
export type Liveness = 'connecting' | 'live' | 'reconnecting'
export const liveness = createStore<Liveness>('connecting')

const heartbeatMs = 10_000
const patienceMs = 4_000

const wakers = new Set<() => void>()
const wake = () => { for (const resolve of wakers) resolve() }

/** Resolves after the time, or at once when the network comes back or the page is looked at again. */
export function restFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); wakers.delete(done); resolve() }
    const timer = setTimeout(done, ms)
    wakers.add(done)
  })
}

let heartbeat: { beat: () => void; stop: () => void } | undefined

/**
 * A socket can be dead without knowing: after a laptop's sleep, behind a NAT that forgot it. So we ping, carrying the
 * newest token, which keeps the socket past the end of its first one; without an answer it is given up.
 */
function keepAlive(socket: WebSocket): void {
  let overdue: ReturnType<typeof setTimeout> | undefined
  const beat = () => {
    void freshToken().catch(() => undefined).then((token) => {
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(JSON.stringify({ type: 'ping', payload: token ? { authorization: `Bearer ${token}` } : {} }))
      overdue ??= setTimeout(() => { client.terminate() }, patienceMs)
    })
  }
  const heard = () => { clearTimeout(overdue); overdue = undefined }
  socket.addEventListener('message', heard)
  const timer = setInterval(beat, heartbeatMs)
  heartbeat = { beat, stop: () => { clearInterval(timer); heard(); socket.removeEventListener('message', heard) } }
}

const url = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`

/** The one socket of this page, open while something is followed. It comes back by itself, for ever. */
export const client: Client = createClient({
  url,
  lazy: true,
  shouldRetry: () => true,
  retryAttempts: Infinity,
  retryWait: (retries) => restFor(Math.min(250 * 2 ** Math.min(retries, 5), 5_000) * (0.75 + Math.random() / 2)),
  connectionParams: async () => {
    const token = await freshToken()
    return token ? { authorization: `Bearer ${token}` } : {}
  },
  on: {
    connected: (socket) => { keepAlive(socket as WebSocket); liveness.set('live') },
    closed: () => {
      heartbeat?.stop()
      heartbeat = undefined
      if (liveness.get() === 'live') liveness.set('reconnecting')
    },
  },
})

/** The server has ended the token behind the socket: only a new one helps. */
export const isUnauthorized = (error: unknown): boolean => error instanceof CloseEvent && error.code === 4401
export const renewSession = (): Promise<void> => refresh().catch(() => undefined)

window.addEventListener('online', wake)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return
  wake()
  heartbeat?.beat()
})
