// Libvirt's own command line, as a judge: what it sends and prints is what we compare with.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'

/** Runs virsh and gives its output, whether it succeeded or not: the daemon may refuse what the wire carried well. */
export function virsh(uri: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' }
    execFile('/usr/bin/virsh', ['-q', '-c', uri, ...args], { timeout: 60_000, env }, (_error, stdout, stderr) => { resolve(stdout + stderr) })
  })
}

/** The number after a label in virsh's output; the label is a regular expression. */
export function printed(output: string, label: string): number {
  const match = new RegExp(`${label}:?\\s+(\\d+)`).exec(output)
  assert.ok(match, `${label} is not in: ${output}`)
  return Number(match[1])
}
