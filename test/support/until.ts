// Waits on a condition, never for a time.
import { setTimeout as delay } from 'node:timers/promises'

/** Resolves with the first value that is not undefined, false or null; rejects with `what` after the deadline. */
export async function until<T>(what: string, probe: () => T | Promise<T>, timeoutMs = 30_000): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false && value !== null) return value as NonNullable<Exclude<T, false>>
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`)
    await delay(10)
  }
}
