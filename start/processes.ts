import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

export interface Supervised { name: string; stop(): Promise<void> }

const calmMs = 10_000
const longestWaitMs = 5_000

/**
 * Runs a process of ours and starts it again when it ends by itself, sooner the longer it lived. It leads a process
 * group of its own, so that Ctrl-C reaches the launcher alone, which then stops everything in order; the channel
 * between them breaks when the launcher is killed, and the process then ends by itself.
 */
export function supervise({ name, script, env, onLine }: { name: string; script: string; env: NodeJS.ProcessEnv; onLine: (line: string) => void }): Supervised {
  let child: ChildProcess | undefined
  const stopping = new AbortController()
  let waitMs = 100
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const running = spawn(process.execPath, [script], { env, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      child = running
      const how = await new Promise<string>((resolve) => {
        running.once('error', (error) => resolve(error.message))
        running.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
      })
      child = undefined
      if (stopping.signal.aborted) return
      waitMs = performance.now() - startedAt > calmMs ? 100 : Math.min(waitMs * 2, longestWaitMs)
      onLine(`the ${name} ended (${how}); starting it again in ${waitMs} ms`)
      await delay(waitMs)
    }
  })()
  return {
    name,
    stop: async () => {
      stopping.abort()
      child?.kill('SIGTERM')
      const killer = setTimeout(() => child?.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(killer)
    },
  }
}
