// A real IPMI 2.0 endpoint for each host, on loopback: OpenIPMI's simulator, whose chassis is the lab host. It has power of
// its own, as a BMC has: it answers whether the host is on, off, frozen or cut off.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, until } from './command.ts'
import { LabError } from './errors.ts'
import { hostName, type LabState } from './state.ts'

export interface Bmc { address: string; port: number; username: string; password: string; cipher: number }

const chassis = fileURLToPath(new URL('host/chassis.sh', import.meta.url))
const switcher = fileURLToPath(new URL('ipmi-switch.ts', import.meta.url))
const bmcFolder = (folder: string, index: number) => join(folder, 'bmc', hostName(index))
const mark = (folder: string, index: number) => `KLOUDAK_LAB_BMC=${bmcFolder(folder, index)}`

/** Each lab has a piece of 127.0.0.0/8 to itself, by its id. */
function addressOf({ id }: LabState, index: number): string {
  return `127.${64 + (Number.parseInt(id.slice(0, 2), 16) % 128)}.${Number.parseInt(id.slice(2, 4), 16)}.${index}`
}

/** How to reach the BMC of a host; undefined when the lab was made without. */
export function bmcOf(folder: string, state: LabState, index: number): Bmc | undefined {
  const path = join(bmcFolder(folder, index), 'password')
  if (!existsSync(path)) return undefined
  // The simulator refuses cipher suite 17.
  return { address: addressOf(state, index), port: 623, username: 'admin', password: readFileSync(path, 'utf8'), cipher: 3 }
}

/** Starts the host's BMC unless it runs. */
export async function startBmc(folder: string, state: LabState, index: number): Promise<void> {
  const home = bmcFolder(folder, index)
  mkdirSync(join(home, 'state'), { recursive: true, mode: 0o700 })
  if (!existsSync(join(home, 'password'))) writeFileSync(join(home, 'password'), randomBytes(8).toString('hex'), { mode: 0o600 })
  if (processesOf(folder, index).length > 0) return
  const { address, port, username, password } = bmcOf(folder, state, index)!
  writeFileSync(join(home, 'lan.conf'), `name "${hostName(index)}"
set_working_mc 0x20
  startlan 1
    addr ${address} ${port}
    priv_limit admin
    allowed_auths_callback none md5 straight
    allowed_auths_user none md5 straight
    allowed_auths_operator none md5 straight
    allowed_auths_admin none md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "${[chassis, process.execPath, switcher, state.name, folder, index].join(' ')}"
  user 2 true "${username}" "${password}" admin 10 none md5 straight
`, { mode: 0o600 })
  writeFileSync(join(home, 'bmc.emu'), 'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n')
  const log = openSync(join(home, 'log'), 'w')
  const child = spawn('ipmi_sim', ['--config-file', join(home, 'lan.conf'), '--command-file', join(home, 'bmc.emu'), '--state-dir', join(home, 'state'), '--nostdio'], {
    cwd: home, detached: true, stdio: ['ignore', log, log],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', [mark(folder, index).split('=')[0]!]: bmcFolder(folder, index) },
  })
  closeSync(log)
  const gone = new Promise<never>((_resolve, reject) => {
    child.once('error', (cause) => { reject(new LabError('command', `cannot run ipmi_sim: ${cause.message}`, { cause })) })
    child.once('exit', () => { reject(new LabError('command', `the BMC of host ${index} ended: ${readFileSync(join(home, 'log'), 'utf8').slice(-500)}`)) })
  })
  gone.catch(() => undefined)
  await Promise.race([gone, until(`the BMC of host ${index}`, async () => (await run('ipmitool', ['-I', 'lanplus', '-C', '3', '-H', address, '-p', String(port), '-U', username, '-P', password, '-N', '1', '-R', '1', 'chassis', 'power', 'status'])).code === 0)])
  child.unref()
}

/** Ends the BMCs of a lab. Absence is success. */
export async function stopBmcs(folder: string): Promise<void> {
  const homes = existsSync(join(folder, 'bmc')) ? readdirSync(join(folder, 'bmc')) : []
  for (const home of homes) {
    const index = Number(home.slice(2))
    for (const pid of processesOf(folder, index)) {
      try { process.kill(pid, 'SIGKILL') } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error }
    }
    await until(`the BMC of host ${index} to be gone`, () => processesOf(folder, index).length === 0)
  }
}

/** The simulator and what it has started and waits for, by the mark in their environment. */
function processesOf(folder: string, index: number): number[] {
  const wanted = `\0${mark(folder, index)}\0`
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).filter((pid) => {
    try { return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(wanted) } catch { return false }
  }).map(Number)
}
