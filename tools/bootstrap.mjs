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
  // First: npm runs install scripts under the Node that it has just unpacked, and drops an optional package whose script fails.
  if (lacksLibatomic()) provideLibatomic()
  const npm = process.env.npm_execpath
  console.error('Installing the packages that package-lock.json names ...')
  const result = npm
    ? spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) {
    console.error('npm ci failed; its output above says why.')
    process.exit(result.status ?? 1)
  }
  if (!nodeRuns()) {
    console.error('The Node in node_modules does not start. Its library libatomic is probably missing: install libatomic1 (Debian, Ubuntu) or libatomic (Fedora).')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

/** Whether the Node that node_modules carries starts here. Where it carries none, the machine's own runs the scripts. */
function nodeRuns() {
  const node = `${root}node_modules/.bin/node`
  return !existsSync(node) || spawnSync(node, ['--version']).status === 0
}

/** That Node is linked to libatomic, the one library of it that a Debian of the bare minimum lacks. */
function lacksLibatomic() {
  if (process.platform !== 'linux') return false
  const known = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' })
  return known.status === 0 && !known.stdout.includes('libatomic.so.1')
}

/** Where it may: as root, with apt. Elsewhere the message after the installation says what is missing. */
function provideLibatomic() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.error('Installing the Debian package libatomic1, which Node needs ...')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['-qq', 'update'], { env, stdio: ['ignore', 2, 2] })
  spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', 'libatomic1'], { env, stdio: ['ignore', 2, 2] })
}
