import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What the built dashboard was made from, as one hash: its sources, what it shares with the server, and the lock. */
function sourceHash(root: string): string {
  const hash = createHash('sha256')
  const files = globSync(['web/**/*', 'server/model/*.ts', 'vite.config.ts', 'package-lock.json'], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

/** Builds the dashboard into dist/web unless what stands there was made from the same sources. */
export async function buildDashboard(root: string, onLine: (line: string) => void): Promise<string> {
  const folder = join(root, 'dist/web')
  const stamp = join(root, 'dist/web.stamp')
  const wanted = sourceHash(root)
  if (existsSync(join(folder, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder
  onLine('building the dashboard')
  // By a process of its own: this one lives as long as Kloudak does, and would keep the hundreds of megabytes that it takes.
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', join(root, 'vite.config.ts'), '--logLevel', 'warn'], { cwd: root })
  writeFileSync(stamp, wanted)
  return folder
}
