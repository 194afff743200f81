import { setTimeout as delay } from 'node:timers/promises'
import { KloudakError } from '../model/errors.ts'

/** Waits between the tries: a database that is started anew, or taken over by its stand-by, is back within them. */
const waitsMs = [20, 100, 500, 2_000, 5_000]

/**
 * Does work that only reads again when it fails for a reason that may pass, which all faults of the database are taken
 * for. What is refused, with a KloudakError, is refused at once. `isFault` finds a fault in what the work gave.
 */
export async function patiently<Value>(work: () => Promise<Value>, isFault: (value: Value) => boolean = () => false): Promise<Value> {
  for (const waitMs of waitsMs) {
    try {
      const value = await work()
      if (!isFault(value)) return value
    } catch (error) {
      if (error instanceof KloudakError) throw error
    }
    await delay(waitMs)
  }
  return work()
}
