import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import type { Client } from 'urql'
import { makeClient } from '../client.ts'
import { EventCursor, Events, HostEvents } from './documents.ts'
import { isUnauthorized, renewSession, restFor } from './socket.ts'

/** A change as it passes by, for what is not kept in the cache. `lost`: the right to see has ended, or the workspace has. */
export type Passing = { type: string; isYours: boolean } | 'lost'

/** Follows the stream into the client's cache until it cannot be continued; resolves with why. */
function follow(client: Client, workspaceId: string | null, after: string, signal: AbortSignal, onChange: (change: Passing) => void): Promise<'ended' | 'expired'> {
  return new Promise((resolve) => {
    let cursor = after
    let stop = () => {}
    const start = () => {
      const subscription = (workspaceId === null ? client.subscription(HostEvents, { after: cursor }) : client.subscription(Events, { workspaceId, after: cursor })).subscribe(({ data, error }) => {
        if (data) {
          cursor = data.events.cursor
          const { type, node } = data.events
          onChange({ type, isYours: node !== null && 'isYou' in node && node.isYou })
        }
        if (!error || signal.aborted) return
        subscription.unsubscribe()
        if (error.graphQLErrors.some(({ extensions }) => extensions.code === 'CURSOR_EXPIRED')) { resolve('expired'); return }
        if (error.graphQLErrors.some(({ extensions }) => extensions.code === 'NOT_FOUND')) { onChange('lost'); resolve('ended'); return }
        void (isUnauthorized(error.networkError) ? renewSession() : Promise.resolve()).then(() => restFor(1_000)).then(() => { if (!signal.aborted) start() })
      })
      stop = () => { subscription.unsubscribe() }
    }
    signal.addEventListener('abort', () => { stop(); resolve('ended') })
    start()
  })
}

/**
 * Gives its children a client whose cache a stream keeps true: that of a workspace, or of the hosts when there is none.
 * The cursor is taken before anything is read, so that nothing falls between a list and its changes; when the stream has
 * forgotten our place, everything is read anew, once.
 */
export function Live({ workspaceId, children, waiting, onChange }: { workspaceId: string | null; children: ReactNode; waiting: ReactNode; onChange?: (change: Passing) => void }) {
  const [client, setClient] = useState<Client>()
  const tell = useRef(onChange)
  useEffect(() => { tell.current = onChange })

  useEffect(() => {
    const abort = new AbortController()
    async function live(): Promise<void> {
      while (!abort.signal.aborted) {
        const next = makeClient()
        const { data } = await next.query(EventCursor, {}, { requestPolicy: 'network-only' }).toPromise()
        if (abort.signal.aborted) return
        if (!data) { await restFor(2_000); continue }
        setClient(next)
        if (await follow(next, workspaceId, data.eventCursor, abort.signal, (change) => { tell.current?.(change) }) === 'ended') return
      }
    }
    void live()
    return () => { abort.abort(); setClient(undefined) }
  }, [workspaceId])

  return client ? <Provider value={client}>{children}</Provider> : waiting
}
