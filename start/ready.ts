import { setTimeout as delay } from 'node:timers/promises'

/** Waits until the API says that it, its database and a worker are there; throws with its last words after `timeoutMs`. */
export async function waitUntilReady(url: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let last = 'no answer'
  while (performance.now() < deadline) {
    try {
      const answer = await fetch(`${url}/readyz`)
      if (answer.ok) return
      last = await answer.text()
    } catch (error) {
      last = (error as Error).message
    }
    await delay(25)
  }
  throw new Error(`Kloudak was not ready after ${Math.round(timeoutMs / 1000)} s: ${last}`)
}
