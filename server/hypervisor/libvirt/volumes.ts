import { setTimeout as delay } from 'node:timers/promises'
import { KloudakError } from '../../model/errors.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { PoolRef, VolumeFacts } from '../driver.ts'
import type { Calls } from './calls.ts'
import { inUse, volumeRef, whenFree } from './calls.ts'
import { hasErrno, refusedWith, systemErrno } from './errors.ts'
import { refreshByName } from './pools.ts'
import { rbdVolumesOf } from './rbd-volumes.ts'
import type { ObservedVolume } from './storage-xml.ts'
import { readVolume, volumeXml } from './storage-xml.ts'
import { checksum, download, fill, pieces } from './transfer.ts'
import type { Volumes } from './volume-verbs.ts'

/** Creating refused because the name is taken: by a volume that libvirt knows, or by a file that another host made. Other things may hide behind the codes but the first. */
const isTaken = (error: unknown) => refusedWith(error, errorCode.STORAGE_VOL_EXIST, errorCode.OPERATION_INVALID, errorCode.OPERATION_FAILED) || hasErrno(error, systemErrno.EEXIST)
/** Another host has taken the file away that libvirt was about to look at, or has it in its list no longer. */
const isGone = (error: unknown) => refusedWith(error, errorCode.NO_STORAGE_VOL) || hasErrno(error, systemErrno.ENOENT)
/** How often an upload makes its file anew when other hosts are at the same one. */
const mostAttempts = 5

/** Of every kind of pool, by what the pool is. */
export function volumesOf(calls: Calls): Volumes {
  const files = fileVolumesOf(calls)
  const devices = rbdVolumesOf(calls, files)
  const of = ({ source }: PoolRef) => (source?.kind === 'rbd' ? devices : files)
  return {
    ...files,
    createVolume: (pool, volume) => of(pool).createVolume(pool, volume),
    uploadVolume: (pool, volume) => of(pool).uploadVolume(pool, volume),
    checksumVolume: (pool, name, sizeBytes) => of(pool).checksumVolume(pool, name, sizeBytes),
    streamVolume: (pool, name, sizeBytes) => of(pool).streamVolume(pool, name, sizeBytes),
    readVolume: (pool, name, mostBytes) => of(pool).readVolume(pool, name, mostBytes),
    deleteVolume: (pool, name, options) => of(pool).deleteVolume(pool, name, options),
  }
}

function fileVolumesOf(calls: Calls): Volumes {
  return {
    async listVolumes({ name }) {
      const pool = await refreshByName(calls, name)
      const { volumes } = await calls.job('StoragePoolListAllVolumes', { pool })
      const found = await Promise.all(volumes.map((volume) => describe(calls, { name, path: '' }, volume.name)))
      return found.filter((volume) => volume !== undefined).map(factsOf).sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async findVolume(pool, name) {
      const found = await find(calls, pool, name)
      return found && factsOf(found)
    },

    async createVolume(pool, { name, capacityBytes, backing }) {
      try {
        await create(calls, pool, volumeXml({ name, format: 'qcow2', capacityBytes, allocationBytes: 0, backing }))
      } catch (error) {
        if (!isTaken(error)) throw error
        const found = await find(calls, pool, name, { refreshed: true })
        if (!found) throw error
        if (found.format !== 'qcow2' || found.capacityBytes !== capacityBytes || found.backingPath !== backing?.path) throw new KloudakError('CONFLICT', `The pool ${pool.name} has another volume ${name}.`, { cause: error })
        return factsOf(found)
      }
      return factsOf(await need(calls, pool, name))
    },

    async uploadVolume(pool, { name, format, sizeBytes, data }) {
      await makeRoom(calls, pool, { name, format, sizeBytes })
      try {
        await fill(calls, volumeRef(pool, name), sizeBytes, data)
        if (format !== 'raw') await refreshByName(calls, pool.name)
      } catch (error) {
        if (!isGone(error)) throw error
        throw changedMeanwhile(name, error)
      }
      const made = await find(calls, pool, name)
      if (!made) throw changedMeanwhile(name)
      return factsOf(made)
    },

    async checksumVolume(pool, name, sizeBytes) {
      await need(calls, pool, name)
      return checksum(calls, volumeRef(pool, name), sizeBytes)
    },

    async *streamVolume(pool, name, sizeBytes) {
      await need(calls, pool, name)
      yield* pieces(calls, volumeRef(pool, name), sizeBytes)
    },

    async readVolume(pool, name, mostBytes) {
      const found = await find(calls, pool, name)
      if (!found) return undefined
      if (found.capacityBytes > mostBytes) throw new KloudakError('CONFLICT', `The volume ${name} has ${found.capacityBytes} bytes, more than ${mostBytes}.`)
      if (found.capacityBytes === 0) return new Uint8Array()
      try { return await download(calls, volumeRef(pool, name), found.capacityBytes) } catch (error) {
        if (isGone(error)) return undefined
        throw error
      }
    },

    async deleteVolume(pool, name, { wipe }) {
      const volume = volumeRef(pool, name)
      const act = async () => {
        if (wipe) await whenFree(calls, inUse, () => calls.endless('StorageVolWipe', { volume }))
        await remove(calls, pool, name)
      }
      if (wipe) {
        // Wiping must not miss a file that libvirt has not seen yet.
        if (await find(calls, pool, name)) await act()
        return
      }
      if (await remove(calls, pool, name)) return
      await refreshByName(calls, pool.name)
      await remove(calls, pool, name)
    },
  }
}

/**
 * A raw file of that size under that name, for an upload. A guest that has it in its drive finds the
 * new contents there, and nothing of the old is left in freed blocks. Other hosts may do the same at once: what one of them
 * has just made is not taken from it, and UNAVAILABLE says that they do not come to an end.
 */
async function makeRoom(calls: Calls, pool: PoolRef, { name, format, sizeBytes }: { name: string; format: 'raw' | 'qcow2'; sizeBytes: number }): Promise<void> {
  // As raw bytes: what they mean is found out when the pool is read again. Reserved at once, so that a full pool refuses now.
  const xml = volumeXml({ name, format: 'raw', capacityBytes: sizeBytes, allocationBytes: sizeBytes, backing: undefined })
  let there = await describe(calls, pool, name)
  for (let attempt = 1; ; attempt++) {
    if (format === 'raw' && there?.format !== 'qcow2' && there?.capacityBytes === sizeBytes) return
    await remove(calls, pool, name)
    try {
      await create(calls, pool, xml)
      return
    } catch (error) {
      if (!isTaken(error) && !isGone(error)) throw error
      if (attempt === mostAttempts) throw isGone(error) || hasErrno(error, systemErrno.EEXIST) ? changedMeanwhile(name, error) : error
      // Whoever was first gives its file the size a moment after the name.
      await delay(50 * attempt * (1 + Math.random()))
      there = await find(calls, pool, name, { refreshed: true })
    }
  }
}

function changedMeanwhile(name: string, cause?: unknown): KloudakError {
  return new KloudakError('UNAVAILABLE', `The volume ${name} was changed by another host at the same time.`, { cause, retryAfterMs: 1_000 })
}

async function create(calls: Calls, pool: PoolRef, xml: string): Promise<void> {
  const { pool: wire } = await calls.quick('StoragePoolLookupByName', { name: pool.name })
  await calls.job('StorageVolCreateXml', { pool: wire, xml })
}

/** False when libvirt knows no such volume. */
async function remove(calls: Calls, pool: PoolRef, name: string): Promise<boolean> {
  try {
    await whenFree(calls, inUse, () => calls.job('StorageVolDelete', { volume: volumeRef(pool, name) }))
    return true
  } catch (error) {
    if (refusedWith(error, errorCode.NO_STORAGE_VOL)) return false
    if (refusedWith(error, ...inUse)) throw new KloudakError('UNAVAILABLE', `The volume ${name} is in use by another operation.`, { cause: error, retryAfterMs: 2_000 })
    throw error
  }
}

async function describe(calls: Calls, pool: PoolRef, name: string): Promise<ObservedVolume | undefined> {
  try {
    return readVolume((await calls.quick('StorageVolGetXmlDesc', { volume: volumeRef(pool, name) })).xml)
  } catch (error) {
    // Libvirt's list may be older than the folder.
    if (refusedWith(error, errorCode.NO_STORAGE_VOL) || hasErrno(error, systemErrno.ENOENT)) return undefined
    throw error
  }
}

async function find(calls: Calls, pool: PoolRef, name: string, { refreshed = false } = {}): Promise<ObservedVolume | undefined> {
  const found = refreshed ? undefined : await describe(calls, pool, name)
  if (found) return found
  await refreshByName(calls, pool.name)
  return describe(calls, pool, name)
}

async function need(calls: Calls, pool: PoolRef, name: string): Promise<ObservedVolume> {
  const found = await find(calls, pool, name)
  if (!found) throw new KloudakError('NOT_FOUND', `There is no volume ${name} in the pool ${pool.name}.`)
  return found
}

function factsOf({ name, path, capacityBytes, allocationBytes, backingPath }: ObservedVolume): VolumeFacts {
  return { name, path, capacityBytes, allocationBytes, backingPath }
}
