// Runs before every npm script, under whatever Node the machine has (20 or newer): installs the locked packages
// when node_modules does not match package-lock.json, so that a bare clone starts with one command.
// The scripts themselves then run under the Node that node_modules carries.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.install-stamp`
const wanted = createHash('sha256').update(readFileSync(`${root}package-lock.json`)).digest('hex')
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''

if (installed !== wanted) {
  const npm = process.env.npm_execpath
  console.error('Installing the packages that package-lock.json names ...')
  const result = npm
    ? spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) {
    console.error('npm ci failed; its output above says why.')
    process.exit(result.status ?? 1)
  }
  writeFileSync(stamp, wanted)
}
