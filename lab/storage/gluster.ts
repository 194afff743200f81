// GlusterFS on demand: the hosts of a lab serve each other a file system over their storage network, as on a rack.
import { readFileSync } from 'node:fs'
import { LabError } from '../errors.ts'
import type { Lab } from '../lab.ts'
import { glusterPackages, installPackages } from '../packages.ts'

const script = readFileSync(new URL('gluster.sh', import.meta.url))

/** What a pool of it is made from. */
export interface LabGluster { servers: string[]; path: string }

/**
 * One volume with a copy on each of the hosts, all by default; on one that is there already it starts what a power loss has
 * ended. It lives on the hosts' disks, and ends with the lab. Errors: LabError.
 */
export async function startGluster(lab: Lab, { hosts = lab.hosts.map(({ index }) => index), onLine = () => {} }: { hosts?: readonly number[]; onLine?: (line: string) => void } = {}): Promise<LabGluster> {
  await installPackages(onLine, glusterPackages)
  const chosen = lab.hosts.filter(({ index }) => hosts.includes(index))
  const servers = chosen.map(({ storageAddress }) => storageAddress)
  await Promise.all(chosen.map(({ index, storageAddress }) => on(lab, index, ['server', storageAddress])))
  await on(lab, chosen[0]!.index, ['volume', ...servers])
  return { servers, path: '/shared' }
}

async function on(lab: Lab, index: number, args: readonly string[]): Promise<void> {
  const { code, stderr } = await lab.exec(index, ['bash', '-s', '--', ...args], { input: script, timeoutMs: 180_000 })
  if (code !== 0) throw new LabError('command', `GlusterFS on host ${index}: ${stderr.trim().split('\n').slice(-4).join('\n')}`)
}
