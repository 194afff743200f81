export interface AskTimes {
  /** After a start; doubled with each time that the agent does not answer, up to `everyMs`. */
  firstMs: number
  /** Between two questions to a guest whose agent answers. */
  everyMs: number
}

/** When each guest of a host is asked again. Pure: who calls says what time it is. */
export class Turns {
  readonly #times: AskTimes
  readonly #guests = new Map<string, { atMs: number; waitMs: number; askedMs: number }>()

  constructor(times: AskTimes) { this.#times = times }

  /** Exactly these run: new ones are asked soon, others no more. */
  keep(running: Iterable<string>, nowMs: number): void {
    const all = new Set(running)
    for (const uuid of this.#guests.keys()) if (!all.has(uuid)) this.#guests.delete(uuid)
    for (const uuid of all) if (!this.#guests.has(uuid)) this.started(uuid, nowMs)
  }

  started(uuid: string, nowMs: number): void {
    const { firstMs } = this.#times
    this.#guests.set(uuid, { atMs: nowMs + firstMs, waitMs: firstMs, askedMs: -Infinity })
  }

  ended(uuid: string): void { this.#guests.delete(uuid) }

  /** The guest has something to tell: it is asked now, but not again and again for one that says so all the time. */
  hasNews(uuid: string, nowMs: number): void {
    const guest = this.#guests.get(uuid)
    if (guest) guest.atMs = Math.min(guest.atMs, Math.max(nowMs, guest.askedMs + this.#times.firstMs))
  }

  /** Takes up to so many whose time has come. */
  due(nowMs: number, most: number): string[] {
    const due = [...this.#guests].filter(([, { atMs }]) => atMs <= nowMs).sort(([, a], [, b]) => a.atMs - b.atMs).slice(0, most)
    for (const [, guest] of due) Object.assign(guest, { askedMs: nowMs, atMs: nowMs + this.#times.everyMs })
    return due.map(([uuid]) => uuid)
  }

  answered(uuid: string, byAgent: boolean, nowMs: number): void {
    const guest = this.#guests.get(uuid)
    if (!guest) return
    guest.waitMs = byAgent ? this.#times.everyMs : Math.min(this.#times.everyMs, guest.waitMs * 2)
    guest.atMs = nowMs + guest.waitMs
  }

  /** Until the next one's time. */
  waitMs(nowMs: number): number {
    let next = nowMs + this.#times.everyMs
    for (const { atMs } of this.#guests.values()) next = Math.min(next, atMs)
    return Math.max(0, next - nowMs)
  }
}
