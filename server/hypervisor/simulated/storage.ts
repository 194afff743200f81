import type { DiskSpec, PoolRef } from '../driver.ts'

/** Of contents up to here the simulation keeps all. */
export const smallBytes = 4096

/** A volume of a simulated folder. Of large contents only the digest is kept, so that 20,000 of them fit in memory. */
export interface SimulatedVolume {
  name: string
  format: 'qcow2' | 'raw'
  capacityBytes: number
  allocationBytes: number
  backingPath: string | undefined
  /** SHA-256 (hex) of the `contentBytes` that were uploaded; undefined while nothing is in it. */
  sha256: string | undefined
  contentBytes: number
  /** What stands in it, in base64, when it is small. */
  content?: string | undefined
}

/** A pool as a host has it. What it has no use for is left out, as the inventory tells all that is there. */
export interface SimulatedPool { path: string; active: boolean; source?: PoolRef['source']; secret?: string }

/** What stands under one path: shared by every host that has a pool there, as a mounted file system is. */
export interface SimulatedFolder {
  path: string
  capacityBytes: number
  volumes: Map<string, SimulatedVolume>
  /** Path of a disk -> the host whose guest writes to it, as QEMU's image lock. */
  writers: Map<string, string>
}

/** The storage network of a simulated area. Hosts that are given the same object see the same files. */
export class SimulatedStorage {
  readonly #folders = new Map<string, SimulatedFolder>()
  readonly #folderBytes: number
  /** Machines that wait for their memory: the place that it is sent to -> what takes it. Hosts of one area reach each other. */
  readonly arrivals = new Map<string, (memory: string) => void>()

  constructor(options: { folderBytes?: number } = {}) {
    this.#folderBytes = options.folderBytes ?? 100 * 1024 ** 4
  }

  folder(path: string): SimulatedFolder {
    let folder = this.#folders.get(path)
    if (!folder) this.#folders.set(path, folder = { path, capacityBytes: this.#folderBytes, volumes: new Map(), writers: new Map() })
    return folder
  }

  /** The volume behind a disk and the folder it lies in. */
  locate(disk: DiskSpec): { folder: SimulatedFolder; path: string; volume: SimulatedVolume | undefined } {
    const folder = this.folder(disk.pool.path)
    return { folder, path: `${disk.pool.path}/${disk.volume}`, volume: folder.volumes.get(disk.volume) }
  }
}

export function usedBytes(folder: SimulatedFolder): number {
  let used = 0
  for (const volume of folder.volumes.values()) used += volume.allocationBytes
  return used
}
