import { mapExchange } from 'urql'
import type { Exchange } from 'urql'

interface Versioned { id: string; version: number }
const isVersioned = (value: object): value is Versioned => typeof (value as Versioned).id === 'string' && typeof (value as Versioned).version === 'number'

/** Replaces what is older than a change that was told already; in place, since an answer is nobody else's yet. */
export function renew(value: unknown, newest: ReadonlyMap<string, Versioned>): void {
  if (typeof value !== 'object' || value === null) return
  if (isVersioned(value)) {
    const known = newest.get(value.id)
    if (known && known.version > value.version) Object.assign(value, known)
  }
  for (const part of Object.values(value)) renew(part, newest)
}

/**
 * Answers and changes come on two roads, and a slow answer may tell of a time before a change that has been shown. Each
 * object carries its version, so that the older one never wins. Stands between the cache and the network.
 */
export function newestExchange(): Exchange {
  const newest = new Map<string, Versioned>()
  return mapExchange({
    onResult: (result) => {
      if (result.operation.kind !== 'subscription') { renew(result.data, newest); return }
      const { node } = (result.data as { events?: { node?: object | null } } | undefined)?.events ?? {}
      if (node && isVersioned(node) && node.version >= (newest.get(node.id)?.version ?? 0)) newest.set(node.id, node)
    },
  })
}
