// Prometheus's own judge of metrics: that of the machine, or out of Debian's package, without installing the service in it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const kept = join(tmpdir(), 'kloudak-promtool')

function must(command: string, args: string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || String(error)}`)
}

function promtool(): string {
  if (existsSync('/usr/bin/promtool')) return '/usr/bin/promtool'
  if (!existsSync(kept)) {
    const folder = mkdtempSync(`${kept}-`)
    try { must('apt-get', ['-qq', 'download', 'prometheus'], folder) } catch {
      must('apt-get', ['-qq', 'update'], folder)
      must('apt-get', ['-qq', 'download', 'prometheus'], folder)
    }
    mkdirSync(join(folder, 'unpacked'))
    must('dpkg-deb', ['--extract', readdirSync(folder).find((name) => name.endsWith('.deb'))!, 'unpacked'], folder)
    // Another test may have been faster.
    if (!existsSync(kept)) renameSync(folder, kept)
  }
  return join(kept, 'unpacked/usr/bin/promtool')
}

/** What `promtool check metrics` complains about; empty when it is content. */
export function promtoolSays(metrics: string): string {
  const { status, stdout, stderr, error } = spawnSync(promtool(), ['check', 'metrics'], { input: metrics, encoding: 'utf8' })
  if (error) throw error
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `it ended with ${status}`
}
