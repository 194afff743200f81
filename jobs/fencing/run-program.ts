// The one place of the product that starts a process: fence agents by their standard interface, and Ceph's program (decision 22).
// oxlint-disable-next-line no-restricted-imports -- there is no other way to speak to the devices that fence agents know
import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { KloudakError } from '../../server/model/errors.ts'

export interface Program {
  /** Absolute, from a list in this room. */
  path: string
  /** The Debian package that it comes with. */
  package: string
}

export interface ProgramRun extends Program {
  args?: readonly string[]
  /** For its standard input. */
  input?: string
  env?: Readonly<Record<string, string>>
  /** Never among its words. */
  secrets?: readonly string[]
  timeoutMs: number
  signal?: AbortSignal | undefined
}

const most = { output: 1024 * 1024, said: 16_384 }

/**
 * Runs a program and gives its exit code, its output, and its last line for people. @throws KloudakError UNAVAILABLE when this
 * machine does not have it, OUTCOME_UNKNOWN when it was cut off by time or signal
 */
export async function runProgram({ path, package: packageName, args = [], input = '', env = {}, secrets = [], timeoutMs, signal }: ProgramRun): Promise<{ code: number; output: string; said: string }> {
  const name = path.split('/').at(-1)!
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new KloudakError('UNAVAILABLE', `This worker's machine has no ${name}.`, { remedy: `Install the package ${packageName} on every machine that runs a worker.`, cause })
  })
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', PYTHONWARNINGS: 'ignore', ...env }, detached: true })
  let [output, said] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => { if (output.length < most.output) output += chunk.toString() })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { if (said.length < most.said) said += chunk.toString() })
  // A program that ends before it has read everything says why by itself.
  child.stdin.on('error', () => {}).end(input)
  let isCutOff = false
  // The group: agents start programs of their own.
  const end = () => { isCutOff = true; try { process.kill(-child.pid!, 'SIGKILL') } catch { /* it has just ended */ } }
  const timer = setTimeout(end, timeoutMs)
  signal?.addEventListener('abort', end, { once: true })
  if (signal?.aborted) end()
  try {
    const code = await new Promise<number>((resolve, reject) => { child.once('error', reject).once('close', (exit) => { resolve(exit ?? 1) }) })
    if (isCutOff) throw new KloudakError('OUTCOME_UNKNOWN', `${name} gave no answer within ${timeoutMs / 1000} s.`)
    return { code, output, said: lastLine(said, secrets) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

export interface AgentRun extends Pick<ProgramRun, 'path' | 'timeoutMs' | 'signal'> {
  /** Names and values; they go to standard input, where no list of processes shows them. */
  parameters: Readonly<Record<string, string | number>>
}

/** Runs a fence agent. Errors: as runProgram. */
export async function runAgent({ path, parameters, timeoutMs, signal }: AgentRun): Promise<{ code: number; said: string }> {
  // A value with a line's end would be two parameters.
  if (Object.values(parameters).some((value) => /[\r\n\0]/.test(String(value)))) throw new KloudakError('INVALID_INPUT', 'A value of the fence device has a line break in it.')
  const input = Object.entries(parameters).map(([key, value]) => `${key}=${value}\n`).join('')
  const { password } = parameters
  const { code, said } = await runProgram({ path, package: 'fence-agents', input, secrets: password === undefined ? [] : [String(password)], timeoutMs, signal })
  return { code, said }
}

function lastLine(text: string, secrets: readonly string[]): string {
  const last = text.trim().split('\n').filter((line) => line.trim()).at(-1) ?? ''
  const plain = secrets.filter((secret) => secret !== '').reduce((line, secret) => line.replaceAll(secret, '…'), last)
  return plain.replace(/^[\d-]+ [\d:,]+ /, '').slice(0, 300)
}
