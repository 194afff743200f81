import { spawn } from 'node:child_process'
import type { MasterKey } from '../../server/db/master-key.ts'
import { unseal } from '../../server/db/seal.ts'
import { silentReport } from '../../server/machine/driver.ts'
import type { MachineHost } from '../../server/machine/driver.ts'
import { shellMachine } from '../../server/machine/shell/driver.ts'
import type { ScriptOutcome, ScriptRequest } from '../../server/machine/shell/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { SshLogin } from '../../server/wire/ssh/dial.ts'
import { execOnce, signsIn } from '../../server/wire/ssh/exec.ts'
import { scanHostKey } from '../../server/wire/ssh/scan.ts'
import type { HostAddress } from './link.ts'
import { blobOf, sshLinks } from './real.ts'

/** Makes the way to a host's own shell; nothing is dialled before it is asked something. */
export type MachineOf = (host: HostAddress) => MachineHost

/** Over ssh. Reading the offered key needs no more than the address; all else the trusted host key and our own. */
export function sshMachine(masterKey: MasterKey): MachineOf {
  const linkTo = sshLinks(masterKey)
  return (host) => {
    const { name, address, sshPort } = host
    if (!address || !sshPort) throw lacking(name)
    const login = (): SshLogin => {
      const { sshUser, sshHostKey, sshKeySealed } = host
      if (!sshUser || !sshHostKey || !sshKeySealed) throw lacking(name)
      return { address, port: sshPort, username: sshUser, privateKey: unseal(masterKey, { table: 'host', id: host.id }, sshKeySealed).toString(), hostKey: blobOf(host, sshHostKey) }
    }
    return shellMachine({
      name,
      offeredKey: async ({ timeoutMs }) => { const { publicKey, fingerprint } = await scanHostKey({ address, port: sshPort }, { timeoutMs }); return { line: publicKey, fingerprint } },
      reachHypervisor: async (control) => {
        const link = linkTo(host)
        try { await link.hypervisor.bind(control).listVms() } finally { await link.close() }
      },
      signIn: async (limits) => { await signsIn(login(), limits) },
      run: (request) => execOnce(login(), request),
    })
  }
}

const lacking = (name: string) => new KloudakError('UNAVAILABLE', `The books lack the ssh access of host ${name}.`, { remedy: 'Give it to updateHost.' })

/** This machine. It has no key that could be restricted, and lets us in as we are. */
export const localMachine: MachineOf = ({ name }) => {
  const machine = shellMachine({ name, run: runHere, reachHypervisor: async () => {}, offeredKey: () => Promise.reject(noKey()), signIn: async () => {} })
  return { bind: (control) => ({ ...machine.bind(control), restrictKey: () => Promise.reject(noKey()), discover: async (folders) => (process.platform === 'linux' ? machine.bind(control).discover(folders) : silentReport('none')) }) }
}

const noKey = () => new KloudakError('WRONG_STATE', 'The machine that Kloudak runs on is reached without a key.')

/** The one process that product code starts: the constant script on this machine itself (decision 22). */
function runHere({ command, input, timeoutMs, signal }: ScriptRequest): Promise<ScriptOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, ...(signal ? { signal } : {}) })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said.stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said.stderr += text })
    child.stdin.on('error', () => { /* it has ended without reading: its exit says so */ })
    child.once('error', (cause) => { reject(signal?.aborted ? new KloudakError('CANCELLED', 'The work was cancelled.', { cause }) : new KloudakError('UNAVAILABLE', 'This machine\'s shell could not be run.', { cause })) })
    child.once('close', (exitCode) => { resolve({ exitCode, ...said }) })
    child.stdin.end(input)
  })
}
