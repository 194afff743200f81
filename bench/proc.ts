// What processes have used, from /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second of /proc, on every Linux that Node runs on. */
const ticks = 100

/** The fields of /proc/<pid>/stat behind the program's name. */
const afterName = (pid: number | string) => { const text = readFileSync(`/proc/${pid}/stat`, 'utf8'); return text.slice(text.lastIndexOf(')') + 2).split(' ') }

/** A process and all that descend from it. */
export function family(pid: number): number[] {
  const parentOf = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try { return [[Number(name), Number(afterName(name)[1])] as const] } catch { return [] }
  }))
  const found = [pid]
  for (const one of found) for (const [child, parent] of parentOf) if (parent === one) found.push(child)
  return found
}

/** Of a process and its children, those that have ended and were waited for included. */
export const cpuMs = (pids: readonly number[]) => pids.reduce((sum, pid) => {
  try { return sum + afterName(pid).slice(11, 15).reduce((ms, field) => ms + Number(field) * 1_000 / ticks, 0) } catch { return sum }
}, 0)

/** Memory with what is shared counted once, so that the processes of PostgreSQL do not each count its buffers. */
export const memoryBytes = (pids: readonly number[]) => pids.reduce((sum, pid) => {
  // One that has ended since it was found takes nothing.
  try { return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) * 1_024 } catch { return sum }
}, 0)
