// The one place of the product that starts a process: fence agents, by their standard interface (decision 22).
// oxlint-disable-next-line no-restricted-imports -- a fence agent is a program, and there is no other way to speak to the devices that it knows
import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { KloudakError } from '../../server/model/errors.ts'

export interface AgentRun {
  /** Absolute, from the list in agents.ts. */
  path: string
  /** Names and values; they go to standard input, where no list of processes shows them. */
  parameters: Readonly<Record<string, string | number>>
  timeoutMs: number
  signal?: AbortSignal | undefined
}

const mostBytes = 16_384

/**
 * Runs a fence agent and gives its exit code. @throws KloudakError UNAVAILABLE when this machine has no such agent,
 * OUTCOME_UNKNOWN when it was cut off by time or signal, INTERNAL with the agent's own words when it failed in another way
 */
export async function runAgent({ path, parameters, timeoutMs, signal }: AgentRun): Promise<{ code: number; said: string }> {
  const name = path.split('/').at(-1)!
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new KloudakError('UNAVAILABLE', `This worker's machine has no ${name}.`, { remedy: 'Install the package fence-agents on every machine that runs a worker.', cause })
  })
  // A value with a line's end would be two parameters.
  if (Object.values(parameters).some((value) => /[\r\n\0]/.test(String(value)))) throw new KloudakError('INVALID_INPUT', 'A value of the fence device has a line break in it.')
  const input = Object.entries(parameters).map(([key, value]) => `${key}=${value}\n`).join('')
  const child = spawn(path, [], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', PYTHONWARNINGS: 'ignore' }, detached: true })
  let said = ''
  const keep = (chunk: Buffer) => { if (said.length < mostBytes) said += chunk.toString() }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // An agent that ends before it has read everything says why by itself.
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
    return { code, said: withoutSecrets(said, parameters) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

/** The agent's last words for people, its password never among them. */
function withoutSecrets(text: string, { password }: AgentRun['parameters']): string {
  const last = text.trim().split('\n').filter((line) => line.trim()).at(-1) ?? ''
  const plain = password === undefined || password === '' ? last : last.replaceAll(String(password), '…')
  return plain.replace(/^[\d-]+ [\d:,]+ /, '').slice(0, 300)
}
