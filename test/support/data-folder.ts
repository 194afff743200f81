import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A new folder for a Kloudak with a PostgreSQL of its own. Others may pass through it: from root's closed folder PostgreSQL
 * would move its data to /var/lib/kloudak, where nobody takes it away when the folder goes.
 */
export function makeDataFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `kloudak-${name}-`))
  chmodSync(folder, 0o711)
  return folder
}
