// `npm test [suite ...] [-- file-filter]`: installs what the suites need, runs them in order and closes with
// the line `N passed, N failed`. A suite that this machine cannot run is named at the end with its reason;
// with CI set that is a failure, and so is any skipped test.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestServer } from './support/db.ts'
import { filesOf, suites } from './suites.ts'
import type { Suite } from './suites.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
// Each file is a process, and many start servers and workers: what one has compiled the next need not.
process.env.NODE_COMPILE_CACHE ??= `${root}node_modules/.cache/compiled`

function isInstalled(name: string): boolean {
  const status = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' })
  return status.stdout?.endsWith('install ok installed') ?? false
}

/** Installs Debian packages; returns why what needs them cannot run here, if it cannot. */
function prepare(packages: readonly string[]): string | undefined {
  if (packages.length === 0) return undefined
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root'
  const missing = [...new Set(packages)].filter((name) => !isInstalled(name))
  if (missing.length === 0) return undefined
  if (spawnSync('apt-get', ['--version']).status !== 0) return `needs apt-get, to install ${missing.join(' ')}`
  console.log(`installing ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
  const install = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, encoding: 'utf8' })
  return install.status === 0 ? undefined : `apt-get could not install ${missing.join(' ')}: ${install.stderr.trim().split('\n').at(-1)}`
}

const ended = new AbortController()

interface Tally { passed: number; failed: number; skipped: number }

async function runSuite(suite: Suite, files: string[]): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  const started = performance.now()
  const before = processorMs()
  const tookMs: { file: string; ms: number }[] = []
  process.env.KLOUDAK_TEST_FILE_MS = String(suite.timeoutMs)
  const stream = run({ files, cwd: root, concurrency: suite.concurrency, timeout: suite.timeoutMs, signal: ended.signal, isolation: 'process', execArgv: ['--import', `${root}test/support/deadline.ts`] })
  // What happens after a file's last test, a late rejection for one, fails the file and is told only so.
  stream.on('test:diagnostic', ({ message, level, file }) => { if (level !== 'info') console.log(`${level.toUpperCase()} ${message} (${file?.replace(root, '')})`) })
  stream.on('test:stderr', ({ message }) => { process.stderr.write(message) })
  stream.on('test:pass', ({ name, details, skip, todo, file, nesting }) => {
    if (details.type === 'suite') return
    if (skip !== undefined || todo !== undefined) { tally.skipped++; console.log(`SKIP ${name} (${file})`); return }
    tally.passed++
    if (nesting === 0 || details.duration_ms > 1_000) console.log(`ok   ${name} (${Math.round(details.duration_ms)} ms)`)
  })
  stream.on('test:fail', ({ name, details, file }) => {
    if (details.type === 'suite' && 'failureType' in details.error && details.error.failureType === 'subtestsFailed') return
    tally.failed++
    console.log(`FAIL ${name} (${file?.replace(root, '')})\n${indent(describeError(details.error))}`)
  })
  stream.on('test:summary', ({ file, duration_ms: ms }) => { if (file !== undefined) tookMs.push({ file: file.replace(root, ''), ms }) })
  for await (const _event of stream) { /* the listeners above do the work */ }
  const after = processorMs()
  const busy = (after.busy - before.busy) / (after.all - before.all)
  const longest = tookMs.sort((a, b) => b.ms - a.ms).slice(0, 12).map(({ file, ms }) => `${file.split('/').at(-1)!.replace('.test.ts', '')} ${Math.round(ms / 1000)} s`)
  console.log(`# ${suite.name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  console.log(`  the machine's processors were busy for ${Math.round(busy * 100)} % of it; the longest: ${longest.join(', ')}\n`)
  return tally
}

/** Of all processors of the machine since it started: what shows whether more files at once would gain anything. */
function processorMs(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const all = sum(times.flatMap((one) => Object.values(one)))
  return { all, busy: all - sum(times.map(({ idle }) => idle)) }
}

function describeError(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.stack ?? cause.message
}
const indent = (text: string) => text.split('\n').map((line) => `     ${line}`).join('\n')

const filter = process.argv.includes('--') ? process.argv[process.argv.indexOf('--') + 1] : undefined
const named = process.argv.slice(2, process.argv.includes('--') ? process.argv.indexOf('--') : undefined)
const unknown = named.filter((name) => !suites.some((suite) => suite.name === name))
if (unknown.length) { console.error(`no such suite: ${unknown.join(' ')}; there are ${suites.map((suite) => suite.name).join(' ')}`); process.exit(2) }

const database = named.length === 1 && named[0] === 'unit' ? undefined : await startTestServer()
if (database) process.env.KLOUDAK_TEST_SERVER = database.url
// Whoever ends the tests early leaves nothing behind: the files are processes, and PostgreSQL is nobody's child.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { ended.abort(); void (database?.stop() ?? Promise.resolve()).finally(() => { process.exit(1) }) })
const total: Tally = { passed: 0, failed: 0, skipped: 0 }
const left: string[] = []
const chosen = suites.filter(({ name }) => named.length === 0 || named.includes(name))
// Those of all suites at once, which is quicker; what cannot be had is told of each suite that needs it.
if (filter === undefined) prepare(chosen.flatMap(({ packages }) => packages))
for (const suite of chosen) {
  const files = filesOf(suite, root).filter((file) => !filter || file.includes(filter)).map((file) => root + file)
  if (files.length === 0) continue
  const reason = prepare(suite.packages)
  if (reason) { left.push(`the ${suite.name} tests did not run: ${reason}`); continue }
  const tally = await runSuite(suite, files)
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
}
await database?.stop()
for (const line of left) console.log(line)
const refused = process.env.CI ? left.length + total.skipped : 0
if (refused) console.log(`${refused} suites or tests did not run, which counts as a failure with CI set`)
console.log(`${total.passed} passed, ${total.failed + refused} failed`)
process.exit(total.failed + refused > 0 || total.passed === 0 ? 1 : 0)
