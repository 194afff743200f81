import type { Em } from './orm.ts'

/** How long what was read for one is good for the next: a subscriber who comes to the same event later reads anew. */
const goodForMs = 200

interface Read { atMs: number; rows: Promise<readonly unknown[]> }

/**
 * What has been read for one event of the stream, for all who are told of it: a thousand subscribers to one VM ask for
 * the same row within a moment. It lies below authorization: who may see a row is decided for each of them.
 */
export class SharedReads {
  readonly #reads = new Map<string, Read>()

  /** The rows under this key, read by whoever asks first. */
  async read<Row>(key: string, read: () => Promise<Row[]>): Promise<Row[]> {
    const nowMs = performance.now()
    const known = this.#reads.get(key)
    if (known && nowMs - known.atMs < goodForMs) return [...await known.rows] as Row[]
    const rows = read()
    const made = { atMs: nowMs, rows }
    this.#reads.set(key, made)
    // What failed is read again by the next.
    rows.catch(() => { if (this.#reads.get(key) === made) this.#reads.delete(key) })
    return [...await rows]
  }
}

const shared = new WeakMap<Em, SharedReads>()

/** Has reads through this entity manager share what others read with the same `SharedReads`. Outside of transactions only. */
export function shareReads(em: Em, reads: SharedReads): void { shared.set(em, reads) }

export const sharedReadsOf = (em: Em): SharedReads | undefined => shared.get(em)
