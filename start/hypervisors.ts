import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Em } from '../server/db/orm.ts'
import { canRunLab } from '../lab/can-run.ts'
import { hasApt, installPackages } from '../lab/packages.ts'
import type { HypervisorMode } from './settings.ts'

const libvirtSocket = '/run/libvirt/libvirt-sock'
const modularSocket = '/run/libvirt/virtqemud-sock'

export interface Chosen {
  mode: 'enrolled' | 'lab' | 'local' | 'simulated' | 'none'
  why: string
  /** The hosts may be in the books already, and what was on them is gone: they are prepared anew, pool and image too. */
  rebuilds?: true
}

/** What `KLOUDAK_HOSTS` comes to on this machine; `auto` says why it chose what it did. A lab that was taken down comes back empty. */
export async function chooseHypervisors(mode: HypervisorMode, em: Em, dataFolder: string): Promise<Chosen> {
  if (mode !== 'auto') return { mode, why: `KLOUDAK_HOSTS=${mode}` }
  const [{ count, simulated }] = await em.execute<[{ count: number; simulated: number }]>("select count(*)::integer as count, count(*) filter (where kind = 'simulated')::integer as simulated from host")
  const [{ labs }] = await em.execute<[{ labs: number }]>("select count(*)::integer as labs from host join area on area.id = host.area_id where area.name = 'lab'")
  if (labs > 0 && !hasLab(dataFolder) && (await canRunLab()) === true) return { mode: 'lab', why: 'the lab of the enrolled hosts was taken down: building it anew', rebuilds: true }
  if (count > 0 && count === simulated) return { mode: 'simulated', why: 'simulated hosts are enrolled' }
  if (count > 0) return { mode: 'enrolled', why: count === 1 ? 'one host is enrolled' : `${count} hosts are enrolled` }
  const able = await canRunLab()
  if (able === true && hasApt()) return { mode: 'lab', why: 'root on a Debian system: two real hypervisor hosts in namespaces' }
  if (existsSync(libvirtSocket) || existsSync(modularSocket)) return { mode: 'local', why: 'this machine runs libvirt' }
  return { mode: 'simulated', why: able === true ? 'this system installs no Debian packages' : able }
}

/** Packages and hosts of the lab that belongs to this data folder; on one that is up it takes milliseconds. */
export async function raiseLab(dataFolder: string, onLine: (line: string) => void) {
  await installPackages(onLine)
  const { createLab } = await import('../lab/lab.ts')
  return await createLab({ name: 'default', hosts: 2, folder: labFolder(dataFolder) })
}

export const labFolder = (dataFolder: string) => join(dataFolder, 'lab/default')
export const hasLab = (dataFolder: string) => existsSync(join(labFolder(dataFolder), 'hosts'))
