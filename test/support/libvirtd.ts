// A private libvirtd: run as an ordinary user, with its own runtime folder and home, it touches no other libvirt
// of this machine. It serves `test:///default` and `qemu:///session` on its own socket.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

/** Debian's `nobody` when the tests run as root, else whoever runs them: libvirt gives root no session of its own. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A connection to a unix socket. */
export async function reach(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

export class TestLibvirtd {
  readonly folder = mkdtempSync(join(tmpdir(), 'kloudak-libvirtd-'))
  /** Where guests' disks may lie: readable and writable for the daemon's user. */
  readonly poolFolder = join(this.folder, 'pool')
  readonly socketPath = join(this.folder, 'run', 'libvirt', 'libvirt-sock')
  #process: ChildProcess | undefined

  async start(): Promise<void> {
    chmodSync(this.folder, 0o755)
    for (const name of ['run', 'home', 'pool']) {
      mkdirSync(join(this.folder, name), { recursive: true })
      if (user.uid !== undefined) chownSync(join(this.folder, name), user.uid, user.gid)
    }
    const config = join(this.folder, 'libvirtd.conf')
    // A host_uuid of its own: two daemons of one machine may then migrate to each other.
    writeFileSync(config, `auth_unix_rw = "none"\nauth_unix_ro = "none"\nlog_level = 3\nlog_outputs = "3:stderr"\nhost_uuid = "${randomUUID()}"\n`)
    const child = spawn('/usr/sbin/libvirtd', ['-f', config], {
      ...user, stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: join(this.folder, 'home'), XDG_RUNTIME_DIR: join(this.folder, 'run') },
    })
    this.#process = child
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => { log = (log + chunk.toString()).slice(-4_000) })
    await until('libvirtd answers on its socket', async () => {
      if (child.exitCode !== null) throw new Error(`libvirtd ended with ${child.exitCode}: ${log}`)
      if (!existsSync(this.socketPath)) return false
      const socket = await reach(this.socketPath).catch(() => undefined)
      socket?.destroy()
      return socket !== undefined
    })
  }

  /** A fresh connection to the daemon's socket. */
  dial(): Promise<Socket> { return reach(this.socketPath) }

  /** Stops and continues the daemon, as a host that hangs. */
  signal(name: NodeJS.Signals): void { this.#process?.kill(name) }

  /** Ends the daemon and every guest that it left running. */
  async stop(): Promise<void> {
    const child = this.#process
    if (child && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await exit
    }
    for (const pid of this.guestPids()) process.kill(pid, 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 })
  }

  /** The QEMU processes of this daemon: libvirt writes their pids down, and they have its folder in their arguments. */
  guestPids(): number[] {
    const folder = join(this.folder, 'run', 'libvirt', 'qemu', 'run')
    if (!existsSync(folder)) return []
    return readdirSync(folder).filter((name) => name.endsWith('.pid') && name !== 'driver.pid')
      .map((name) => Number(readFileSync(join(folder, name), 'utf8')))
      .filter((pid) => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.folder))
  }
}
