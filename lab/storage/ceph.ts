// Ceph on demand: a whole cluster, as small as it gets, on one host of a lab.
import { readFileSync } from 'node:fs'
import { LabError } from '../errors.ts'
import type { Lab } from '../lab.ts'
import { cephPackages, installPackages } from '../packages.ts'

const script = readFileSync(new URL('ceph.sh', import.meta.url))

/** What a pool of it is made from. `secret`: the key of the user, in base64. */
export interface LabCeph { monitors: string[]; pool: string; user: string; secret: string }

/**
 * A cluster on this host, the first by default, that all hosts reach over the storage network; on one that is there already it
 * starts what a power loss has ended. It lives on the host's disk, and ends with the lab. Errors: LabError.
 */
export async function startCeph(lab: Lab, { host: index = lab.hosts[0]!.index, onLine = () => {} }: { host?: number; onLine?: (line: string) => void } = {}): Promise<LabCeph> {
  await installPackages(onLine, cephPackages)
  const host = lab.hosts.find((one) => one.index === index)
  if (!host) throw new LabError('not_found', `lab ${lab.name} has no host ${index}`)
  await on(lab, index, ['start', host.storageAddress])
  return { monitors: [`${host.storageAddress}:6789`], pool: 'vms', user: 'kloudak', secret: (await on(lab, index, ['key'])).trim() }
}

async function on(lab: Lab, index: number, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(index, ['bash', '-s', '--', ...args], { input: script, timeoutMs: 240_000 })
  if (code !== 0) throw new LabError('command', `Ceph on host ${index}: ${stderr.trim().split('\n').slice(-4).join('\n')}`)
  return stdout
}
