// A real sshd of its own: own host key, own port on loopback, one key that may log in as root.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeSshKeyPair } from '../../server/auth/ssh-key-pair.ts'
import type { SshKeyPair } from '../../server/auth/ssh-key-pair.ts'

// Not by ssh2: of its ed25519 keys one in 128 cannot be read (mscdex/ssh2#1390).
export const newKeyPair = (): SshKeyPair => makeSshKeyPair('test')

/** The children of a process that this test started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])

function signal(pid: number, name: NodeJS.Signals): void {
  try { process.kill(pid, name) } catch { /* it has just ended */ }
}

/** A port below those that the kernel gives to outgoing connections, so that it is still free when the daemon restarts. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => { server.once('error', () => { resolve(false) }).listen(port, '127.0.0.1', () => { resolve(true) }) })
    if (isFree) { await new Promise((resolve) => { server.close(resolve) }); return port }
  }
}

const answers = (port: number) => new Promise<boolean>((resolve) => {
  const socket = connect(port, '127.0.0.1')
  socket.once('data', () => { socket.destroy(); resolve(true) }).once('error', () => { resolve(false) }).once('close', () => { resolve(false) })
})

export class TestSshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'kloudak-sshd-'))
  readonly address = '127.0.0.1'
  readonly clientKey = newKeyPair()
  hostKey = newKeyPair()
  port = 0
  #process: ChildProcess | undefined

  /** Starts on the port of the first start, so that a restarted daemon is the same host. */
  async start(extraConfig: string[] = []): Promise<void> {
    // sshd's compiled-in folder for privilege separation.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    for (let attempt = 0; attempt < 20; attempt++) {
      const port = this.port || await freePort()
      writeFileSync(join(this.folder, 'host'), this.hostKey.privateKey, { mode: 0o600 })
      writeFileSync(join(this.folder, 'authorized'), `restrict,port-forwarding,command="/bin/false" ${this.clientKey.publicKey}\n`)
      writeFileSync(join(this.folder, 'config'), [
        `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${this.folder}/host`, `PidFile none`, 'StrictModes no', 'UsePAM no',
        `AuthorizedKeysFile ${this.folder}/authorized`, 'PermitRootLogin yes', 'PasswordAuthentication no', 'MaxStartups 100', 'UseDNS no', ...extraConfig, '',
      ].join('\n'))
      const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(this.folder, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] })
      let output = ''
      child.stderr.on('data', (chunk) => { output += chunk })
      while (child.exitCode === null && !(await answers(port))) await delay(20)
      if (child.exitCode === null) { this.#process = child; this.port = port; return }
      if (!output.includes('Address already in use')) throw new Error(`sshd did not start: ${output}`)
    }
    throw new Error('no free port for sshd')
  }

  /** Kills the daemon and every session it serves, as a power loss would. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child?.pid) return
    const sessions = descendantsOf(child.pid)
    const ended = new Promise((resolve) => { child.once('close', resolve) })
    signal(child.pid, 'SIGKILL')
    for (const pid of sessions) signal(pid, 'SIGKILL')
    await ended
  }

  /** Stops the sessions without ending them: the network stays up, nobody answers. */
  freezeSessions(): { thaw: () => void } {
    const sessions = this.#process?.pid ? descendantsOf(this.#process.pid) : []
    for (const pid of sessions) signal(pid, 'SIGSTOP')
    return { thaw: () => { for (const pid of sessions) signal(pid, 'SIGCONT') } }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
