import { createServer } from 'node:net'
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

/**
 * Throws when something else listens on the port: its answers would be taken for ours. The API of a launcher that was
 * killed lets go of it within moments, so it is given some.
 */
export async function requireFreePort(port: number, patienceMs = 5_000): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const code = await tryToListen(port)
    if (code === undefined) return
    if (code !== 'EADDRINUSE') throw new Error(`Kloudak cannot listen on port ${port} (${code}).`)
    if (performance.now() > deadline) throw new Error(`Port ${port} is taken by another program. Set PORT to a free one.`)
    await delay(50)
  }
}

async function tryToListen(port: number): Promise<string | undefined> {
  const probe = createServer()
  const code = await new Promise<string | undefined>((resolve) => {
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).listen(port, '127.0.0.1', () => resolve(undefined))
  })
  if (code === undefined) await new Promise((resolve) => { probe.close(resolve) })
  return code
}
