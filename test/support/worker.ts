// Starts the worker as the process that it is, for tests that stop, freeze or kill it.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TestProcess {
  child: ChildProcess
  /** All that it has written so far. */
  output: () => string
  /** Resolves with exit code or signal. */
  ended: Promise<number | string>
}

/** Runs one of our programs under this Node with `env` added; the caller ends it. */
export function startProgram(file: string, args: string[], env: Record<string, string> = {}): TestProcess {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => { output += String(chunk) })
  child.stderr.on('data', (chunk) => { output += String(chunk) })
  const ended = new Promise<number | string>((resolve) => { child.on('close', (code, signal) => { resolve(code ?? signal ?? 'gone') }) })
  return { child, output: () => output, ended }
}

export function startWorker(url: string, env: Record<string, string> = {}, masterKey = randomBytes(32)): TestProcess {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-key-'))
  writeFileSync(join(folder, 'key'), masterKey.toString('base64'), { mode: 0o600 })
  const worker = startProgram('jobs/main.ts', [], { DATABASE_URL: url, KLOUDAK_MASTER_KEY_FILE: join(folder, 'key'), ...env })
  void worker.ended.then(() => { rmSync(folder, { recursive: true, force: true }) })
  return worker
}
