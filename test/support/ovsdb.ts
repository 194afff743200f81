// A real ovsdb-server on a unix socket in a folder of its own, with Open vSwitch's schema.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

export function connectUnix(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject).once('connect', () => { socket.off('error', reject); resolve(socket) })
  })
}

export class TestOvsdb {
  readonly folder = mkdtempSync(join(tmpdir(), 'kloudak-ovsdb-'))
  readonly socketPath = join(this.folder, 'db.sock')
  readonly #sockets = new Set<Socket>()
  readonly switchControl = join(this.folder, 'switch.ctl')
  #process: ChildProcess | undefined
  #switch: ChildProcess | undefined

  constructor() {
    execFileSync('ovsdb-tool', ['create', join(this.folder, 'conf.db'), '/usr/share/openvswitch/vswitch.ovsschema'])
  }

  async start(): Promise<void> {
    const child = spawn('ovsdb-server', [join(this.folder, 'conf.db'), `--remote=punix:${this.socketPath}`, `--unixctl=${join(this.folder, 'ctl')}`, '--no-chdir', '-vconsole:off', '-vsyslog:off'], { stdio: 'ignore' })
    this.#process = child
    await until('ovsdb-server answers', async () => {
      if (child.exitCode !== null) throw new Error(`ovsdb-server ended with ${child.exitCode}`)
      return connectUnix(this.socketPath).then((socket) => { socket.destroy(); return true }, () => false)
    })
    // The row that ovs-vswitchd expects; a second one is refused by the schema.
    this.tool('--no-wait', 'init')
  }

  /**
   * Starts ovs-vswitchd with its dummy datapath: all of the switch but the kernel and the network, so it touches no
   * namespace and needs no module.
   */
  async startSwitch(): Promise<void> {
    this.#switch = spawn('ovs-vswitchd', [`unix:${this.socketPath}`, '--disable-system', '--enable-dummy=override', `--unixctl=${this.switchControl}`, '--no-chdir', '-vconsole:off', '-vsyslog:off'], { stdio: 'ignore', env: { ...process.env, OVS_RUNDIR: this.folder } })
    await until('the switch runs', () => this.tool('--no-wait', 'get', 'Open_vSwitch', '.', 'datapath_types') !== '[]')
  }

  async stopSwitch(): Promise<void> {
    await ended(this.#switch)
    this.#switch = undefined
  }

  /** Asks ovs-vswitchd itself. */
  askSwitch(...args: string[]): string {
    return execFileSync('ovs-appctl', ['-t', this.switchControl, ...args], { encoding: 'utf8' }).trim()
  }

  /** Connects as a session's `dial` does. */
  dial = async (): Promise<Socket> => {
    const socket = await connectUnix(this.socketPath)
    this.#sockets.add(socket.once('close', () => { this.#sockets.delete(socket) }))
    return socket
  }

  /** Cuts every connection that `dial` made. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('cut'))
  }

  /** Runs ovs-vsctl against this database: the other party of a test, never product code. */
  tool(...args: string[]): string {
    return execFileSync('ovs-vsctl', [`--db=unix:${this.socketPath}`, '--timeout=30', ...args], { encoding: 'utf8' }).trim()
  }

  signal(name: NodeJS.Signals): void { this.#process?.kill(name) }

  async stop(): Promise<void> {
    await ended(this.#process)
    this.#process = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopSwitch()
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise((resolve) => { child.once('close', resolve) })
  child.kill('SIGKILL')
  await closed
}
