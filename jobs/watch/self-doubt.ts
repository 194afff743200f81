export interface SelfDoubtTimes {
  /** How late a timer may be before this process is held to have stood still. */
  stallMs: number
  /** For how long what was not heard meanwhile proves nothing. */
  afterStallMs: number
  /** Hosts that were lost within this time of each other were lost at once. */
  atOnceMs: number
}

export const defaultSelfDoubtTimes: SelfDoubtTimes = { stallMs: 1_000, afterStallMs: 10_000, atOnceMs: 60_000 }

/** `stall` passes; `loss` needs another worker who hears hosts to say that it is the host and not this worker. */
export interface Doubt { kind: 'stall' | 'loss'; text: string }

/**
 * Whether this worker may believe its own ears. When it loses more than a third of its hosts at once, or all, it is more
 * likely cut off itself than they are dead; and what a process did not hear while it stood still was not silence.
 */
export class SelfDoubt {
  readonly #times: SelfDoubtTimes
  /** Undefined: not heard yet, nor missed. */
  readonly #hosts = new Map<string, { heard: boolean; lostAtMs: number; isSettled: boolean } | undefined>()
  #lastTickMs = performance.now()
  #stalledAtMs = -Infinity
  readonly #tickMs: number
  readonly #timer: NodeJS.Timeout

  constructor(times: SelfDoubtTimes = defaultSelfDoubtTimes) {
    this.#times = times
    this.#tickMs = times.stallMs / 4
    this.#timer = setInterval(() => { this.#tick() }, this.#tickMs)
    this.#timer.unref()
  }

  hold(hostId: string): void { if (!this.#hosts.has(hostId)) this.#hosts.set(hostId, undefined) }
  release(hostId: string): void { this.#hosts.delete(hostId) }
  /** Of a host that is let go of by now neither this nor its loss counts: its watch may be at its last word. */
  heard(hostId: string): void { if (this.#hosts.has(hostId)) this.#hosts.set(hostId, { heard: true, lostAtMs: 0, isSettled: false }) }
  /** `isSettled`: the host is proven to be off, so that its silence says nothing about this worker. */
  lost(hostId: string, isSettled: boolean): void {
    if (!this.#hosts.has(hostId)) return
    const known = this.#hosts.get(hostId)
    this.#hosts.set(hostId, { heard: false, lostAtMs: known && !known.heard ? known.lostAtMs : performance.now(), isSettled })
  }

  /** How many hosts this worker hears. */
  get hears(): number { return [...this.#hosts.values()].filter((host) => host?.heard).length }

  /** Why this worker does not trust itself about this host; undefined when it does. */
  about(hostId: string): Doubt | undefined {
    this.#tick()
    if (performance.now() - this.#stalledAtMs < this.#times.afterStallMs) return { kind: 'stall', text: 'This worker itself stood still a moment ago.' }
    const host = this.#hosts.get(hostId)
    const together = [...this.#hosts.values()].filter((other) => other && !other.heard && !other.isSettled && Math.abs(other.lostAtMs - (host?.lostAtMs ?? 0)) <= this.#times.atOnceMs).length
    const all = this.hears + together
    if (this.hears > 0 && together <= Math.max(1, all / 3)) return undefined
    return { kind: 'loss', text: `This worker lost ${together} of its ${all} hosts at once and may be cut off itself.` }
  }

  stop(): void { clearInterval(this.#timer) }

  #tick(): void {
    const now = performance.now()
    if (now - this.#lastTickMs - this.#tickMs > this.#times.stallMs) this.#stalledAtMs = now
    this.#lastTickMs = now
  }
}
