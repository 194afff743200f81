import { KloudakError } from './errors.ts'

export const poolKinds = ['dir', 'netfs', 'rbd'] as const
/** `dir`: a folder that the operator mounts; `netfs`: a network file system that the hosts mount; `rbd`: block devices of Ceph. */
export type PoolKind = (typeof poolKinds)[number]

/** `hosts`: the servers that know the volume, the first one first; more than one for GlusterFS alone. `path`: what they export. */
export interface NetfsSource { kind: 'netfs'; format: 'nfs' | 'glusterfs'; hosts: string[]; path: string }
/** `monitors`: `host` or `host:port`. `secretUuid`: under which the hosts keep the user's key; the key itself is never part of this. */
export interface RbdSource { kind: 'rbd'; monitors: string[]; pool: string; user: string; secretUuid: string }
export type PoolSource = NetfsSource | RbdSource

/**
 * A pool as its hosts have it: its name there, and the folder, the same on every host of an area; of Ceph the name of its
 * pool, so that `path/volume` names a volume everywhere. Without a source it is a directory.
 */
export interface PoolRef { name: string; path: string; source?: PoolSource }

export const poolPhases = ['creating', 'ready', 'failed', 'deleting'] as const
export type PoolPhase = (typeof poolPhases)[number]

/** What people read. `maintenance` goes before `retired`. */
export const poolStates = ['creating', 'ready', 'maintenance', 'retired', 'failed', 'deleting'] as const
export type PoolState = (typeof poolStates)[number]

export interface PoolStanding { phase: PoolPhase; maintenanceAt: Date | null | undefined; retiredAt: Date | null | undefined }

export function poolStateOf({ phase, maintenanceAt, retiredAt }: PoolStanding): PoolState {
  if (phase !== 'ready') return phase
  return maintenanceAt ? 'maintenance' : retiredAt ? 'retired' : 'ready'
}

/**
 * Whether libvirt itself sees that hosts share the storage, so that it moves running VMs without being told that this is safe.
 * Of a directory it cannot tell; Kloudak has proven it (jobs/review/pool-check.ts), and says so to libvirt.
 */
export const isSafeForMigration = (kind: PoolKind): boolean => kind !== 'dir'

/** Whether a second writer is kept out by the storage itself: QEMU's lock on the file. Ceph's block devices have none. */
export const locksItsWriters = (kind: PoolKind): boolean => kind !== 'rbd'

/** The only format that disks have in a pool of this kind. */
export const diskFormatOf = ({ source }: Pick<PoolRef, 'source'>): 'qcow2' | 'raw' => (source?.kind === 'rbd' ? 'raw' : 'qcow2')

/** Why nothing new is put into the pool; undefined when it may be. */
export function refusesNew(state: PoolState): string | undefined {
  return { creating: 'is still being made', ready: undefined, maintenance: 'is in maintenance', retired: 'is retired', failed: 'could not be made', deleting: 'is being deleted' }[state]
}

export function checkPoolPath(path: string, field = 'path'): string {
  if (path.length > 255 || !/^\/[\w./-]+$/.test(path) || path.split('/').includes('..')) throw new KloudakError('INVALID_INPUT', 'A pool stands at an absolute path of letters, digits, dots, hyphens and slashes.', { field, remedy: 'Give a path such as /srv/kloudak/pool.' })
  return path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')
}
