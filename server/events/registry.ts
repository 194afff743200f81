import { matches } from './event.ts'
import type { ChangeEvent, EventFilter } from './event.ts'
import type { EventQueue } from './queue.ts'

interface Subscriber { filter: EventFilter; queue: EventQueue }

const everything = 'everything'

/** Who wants which events, found without asking each subscriber of the process about each event. */
export class Registry {
  readonly #byKey = new Map<string, Set<Subscriber>>()
  size = 0

  /** Returns how to leave; leaving twice does nothing. */
  add(filter: EventFilter, queue: EventQueue): () => void {
    const key = filter.objectId ?? filter.workspaceId ?? everything
    const group = this.#byKey.get(key) ?? new Set()
    this.#byKey.set(key, group)
    const subscriber = { filter, queue }
    group.add(subscriber)
    this.size++
    return () => {
      if (!group.delete(subscriber)) return
      this.size--
      if (group.size === 0 && this.#byKey.get(key) === group) this.#byKey.delete(key)
    }
  }

  hand(event: ChangeEvent): void {
    // A workspace's own row has one id as object and as workspace: the set keeps it from being told twice.
    for (const key of new Set([everything, event.objectId, event.workspaceId])) {
      if (key === null) continue
      for (const { filter, queue } of this.#byKey.get(key) ?? []) if (matches(filter, event)) queue.offer(event)
    }
  }

  *all(): Iterable<Subscriber> {
    for (const group of this.#byKey.values()) yield* group
  }
}
