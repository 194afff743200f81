// `npm run check [part ...]`: everything that can be said about the tree without starting a server, in under a minute.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const rooms = ['server', 'schema', 'jobs', 'migrations', 'web', 'cli', 'lab', 'start', 'test', 'bench', 'tools'].filter((room) => existsSync(root + room))

interface Check { name: string; command: string[]; verify?: (output: string) => string | undefined }

/** dependency-cruiser passes happily when it could parse nothing, so a low count is a failure. */
function readEnoughModules(output: string): string | undefined {
  const count = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0)
  return count < 5 ? `read only ${count} modules` : undefined
}

const checks: Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'imports between rooms', command: ['depcruise', '--config', 'tools/dependency-cruiser.config.mjs', ...rooms], verify: readEnoughModules },
  { name: 'unused code', command: ['knip'] },
  { name: 'generated files', command: ['node', 'tools/generate.ts', '--check'] },
  { name: 'unit tests', command: ['node', 'test/run.ts', 'unit'] },
]

async function run(check: Check): Promise<boolean> {
  const started = performance.now()
  const child = spawn(check.command[0]!, check.command.slice(1), { cwd: root, env: { ...process.env, FORCE_COLOR: '0' } })
  let output = ''
  child.stdout.on('data', (chunk) => { output += chunk })
  child.stderr.on('data', (chunk) => { output += chunk })
  const code = await new Promise<number>((resolve, reject) => { child.on('close', (c) => resolve(c ?? 1)); child.on('error', reject) })
  const complaint = code === 0 ? check.verify?.(output) : `exit code ${code}`
  console.log(`${complaint ? 'FAIL' : 'ok  '} ${check.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  if (complaint) console.log(`${output.trimEnd()}\n${complaint}`)
  return !complaint
}

const only = process.argv.slice(2)
let failed = 0
for (const check of checks) if (only.length === 0 || only.some((name) => check.name.startsWith(name))) failed += (await run(check)) ? 0 : 1
process.exit(failed ? 1 : 0)
