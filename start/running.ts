import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const isLauncher = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('start/main.ts')
  } catch {
    return false
  }
}

/**
 * Makes this process the only launcher of a data folder; returns how to let go of it. Throws when another one lives.
 * One that was killed leaves nothing to clear: its processes end when the channel to it breaks, and PostgreSQL is
 * taken over where it stands.
 */
export function takeOver(dataFolder: string): () => void {
  const file = join(dataFolder, 'launcher.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (pid && pid !== process.pid && isLauncher(pid)) {
    throw new Error(`Kloudak already runs here as process ${pid}. Stop it first, or set KLOUDAK_DATA and PORT for a second one.`)
  }
  writeFileSync(file, String(process.pid))
  return () => rmSync(file, { force: true })
}
