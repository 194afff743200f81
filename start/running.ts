import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 30_000
const lookMs = 500

const isLauncher = (pid: number): boolean => {
  try {
    return /start\/(main|backup|restore)\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

/** The npm that started this process and the shell between them; none when it was started without npm. */
function starters(): number[] {
  if (process.env.npm_lifecycle_event !== 'start') return []
  const shell = process.ppid
  return [shell, parentOf(shell)].filter((pid) => pid !== undefined && pid > 1) as number[]
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/**
 * Calls `stop` once when the npm that started this process is gone: a signal to npm alone ends it and its shell, and
 * does not reach this process. Returns how to stop looking.
 */
export function whenLeftBehind(stop: () => void): () => void {
  const above = process.platform === 'linux' ? starters() : []
  if (above.length === 0) return () => {}
  const timer = setInterval(() => {
    if (above.every(isAlive)) return
    clearInterval(timer)
    stop()
  }, lookMs)
  timer.unref()
  return () => { clearInterval(timer) }
}

/** Whether a launcher lives that was started for this data folder. */
export function runsHere(dataFolder: string): boolean {
  const file = join(dataFolder, 'launcher.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').trim().split(/\s+/)[0]) : 0
  return pid > 0 && isLauncher(pid)
}

/**
 * Makes this process the only launcher of a data folder; returns how to let go of it. Throws when another one lives. One
 * whose npm was killed lives on without a terminal: it is told to stop, and awaited. One that was killed itself leaves
 * nothing to clear: its processes end when the channel to it breaks, and PostgreSQL is taken over where it stands.
 */
export async function takeOver(dataFolder: string, say: (line: string) => void): Promise<() => void> {
  const file = join(dataFolder, 'launcher.pid')
  const [pid, ...startedBy] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\s+/).map(Number) : []
  if (pid && pid !== process.pid && isLauncher(pid)) {
    if (startedBy.every(isAlive)) throw new Error(`Kloudak already runs here as process ${pid}. Stop it first, or set KLOUDAK_DATA and PORT for a second one.`)
    say(`process ${pid} was left behind by an npm that is gone: stopping it`)
    process.kill(pid, 'SIGTERM')
    for (const end = performance.now() + patienceMs; isLauncher(pid); await delay(20)) {
      if (performance.now() > end) throw new Error(`Process ${pid} of an earlier start does not stop.`)
    }
  }
  const mine = [process.pid, ...starters()].join(' ')
  writeFileSync(file, mine)
  return () => { if (existsSync(file) && readFileSync(file, 'utf8') === mine) rmSync(file) }
}
