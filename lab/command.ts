import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from './errors.ts'

export interface Outcome { code: number; stdout: string; stderr: string }
export interface RunOptions {
  /** Bytes for standard input, which is empty without them. */
  input?: string | Uint8Array
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** After which it is killed, and its code is 137. */
  timeoutMs?: number
}

/** Runs one program (never a shell line) and gives its outcome, whatever the exit code; 128 + n after signal n. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, detached: options.timeoutMs !== undefined, stdio: ['pipe', 'pipe', 'pipe'] })
  // The whole group: nsenter's child would outlive nsenter and keep the pipes open.
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => { if (child.pid) process.kill(-child.pid, 'SIGKILL') }, options.timeoutMs)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { stdout += chunk })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { stderr += chunk })
  // A program that exits without reading its input breaks the pipe; its exit code tells the story.
  child.stdin.on('error', () => undefined).end(options.input)
  return await new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new LabError('command', `cannot run ${command}: ${cause.message}`, { cause })))
    child.on('exit', () => clearTimeout(timer))
    child.on('close', (code) => resolve({ code: code ?? 137, stdout, stderr }))
  })
}

/** As `run`, but an exit code other than 0 is an error; gives standard output. */
export async function must(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(command, args, options)
  if (outcome.code !== 0) {
    const words = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').slice(-8).join('\n')
    throw new LabError('command', `${command} ${args.join(' ')} ended with ${outcome.code}: ${words}`)
  }
  return outcome.stdout
}

/** Polls until `condition` gives something other than undefined or false. `what` completes "waited for ...". */
export async function until<T>(what: string, condition: () => T | Promise<T>, timeoutMs = 60_000, everyMs = 20): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>
    if (performance.now() > deadline) throw new LabError('timeout', `waited ${timeoutMs / 1000} s for ${what}`)
    await delay(everyMs)
  }
}
