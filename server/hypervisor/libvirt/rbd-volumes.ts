import { KloudakError } from '../../model/errors.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { volumeDeleteFlag } from '../../wire/libvirt/flag-constants.ts'
import type { DiskSpec, PoolRef, VolumeFacts } from '../driver.ts'
import type { Calls } from './calls.ts'
import { inUse, volumeRef, whenFree } from './calls.ts'
import { copyVolume } from './copy-machine.ts'
import { refusedWith } from './errors.ts'
import { ensureStaging, staging } from './staging.ts'
import { rbdVolumeXml } from './storage-xml.ts'
import type { Volumes } from './volume-verbs.ts'

type RbdVolumes = Pick<Volumes, 'createVolume' | 'uploadVolume' | 'checksumVolume' | 'streamVolume' | 'readVolume' | 'deleteVolume'>

const MiB = 1024 ** 2
const sector = 512

/**
 * Volumes of Ceph. They are raw; a linked one is a layer over its image, made by Ceph itself. Libvirt has no way to their
 * contents: these are copied through a folder of the host by a machine that never runs (copy-machine.ts). `files`: the verbs on
 * that folder.
 */
export function rbdVolumesOf(calls: Calls, files: Volumes): RbdVolumes {
  const find = (pool: PoolRef, name: string) => files.findVolume(pool, name)

  async function make(pool: PoolRef, name: string, capacityBytes: number): Promise<void> {
    const { pool: wire } = await calls.quick('StoragePoolLookupByName', { name: pool.name })
    await calls.job('StorageVolCreateXml', { pool: wire, xml: rbdVolumeXml({ name, capacityBytes }) })
  }

  async function need(pool: PoolRef, name: string): Promise<VolumeFacts> {
    const found = await find(pool, name)
    if (!found) throw new KloudakError('NOT_FOUND', `There is no volume ${name} in the pool ${pool.name}.`)
    return found
  }

  async function remove(pool: PoolRef, name: string): Promise<void> {
    try {
      // Snapshots too: a layer leaves one in its image, and it goes once no layer is left.
      await whenFree(calls, inUse, () => calls.job('StorageVolDelete', { volume: volumeRef(pool, name), flags: volumeDeleteFlag.WITH_SNAPSHOTS }))
    } catch (error) {
      if (refusedWith(error, errorCode.NO_STORAGE_VOL) || !(await find(pool, name))) return
      throw error
    }
  }

  /** As a file in the folder, raw and as long as the volume; the caller removes it. */
  async function fetch(pool: PoolRef, name: string, capacityBytes: number): Promise<string> {
    await ensureStaging(calls)
    const file = `read-${crypto.randomUUID()}`
    await files.uploadVolume(staging, { name: file, format: 'raw', sizeBytes: capacityBytes, data: zeroes(capacityBytes) })
    await copyVolume(calls, { pool, volume: name, format: 'raw' }, { pool: staging, volume: file, format: 'raw' })
    return file
  }

  async function reading<T>(pool: PoolRef, name: string, capacityBytes: number, read: (file: string) => Promise<T>): Promise<T> {
    const file = await fetch(pool, name, capacityBytes)
    try { return await read(file) } finally { await files.deleteVolume(staging, file, { wipe: false }) }
  }

  /**
   * A copy that stands alone. It gets its size last, so that one that was cut off is not taken for it; where both have one size
   * nothing tells, and it is copied again.
   */
  async function makeWhole(pool: PoolRef, name: string, capacityBytes: number, image: string): Promise<void> {
    const from = await need(pool, image)
    const there = await find(pool, name)
    if (there?.capacityBytes === capacityBytes && capacityBytes !== from.capacityBytes) return
    if (there && there.capacityBytes !== from.capacityBytes) await remove(pool, name)
    if (there?.capacityBytes !== from.capacityBytes) await make(pool, name, from.capacityBytes)
    await copyVolume(calls, { pool, volume: image, format: 'raw' }, { pool, volume: name, format: 'raw' })
    await resize(pool, name, capacityBytes, from.capacityBytes)
  }

  async function resize(pool: PoolRef, name: string, capacityBytes: number, fromBytes: number): Promise<void> {
    if (capacityBytes !== fromBytes) await calls.job('StorageVolResize', { volume: volumeRef(pool, name), capacityBytes: BigInt(capacityBytes) })
  }

  return {
    async createVolume(pool, { name, capacityBytes, backing }) {
      const image = backing?.path.split('/').at(-1)
      const found = await find(pool, name)
      if (found?.capacityBytes === capacityBytes && !backing?.whole) return found
      // One that is shorter than it shall be was cut off before it got its size.
      if (found && (image === undefined || found.capacityBytes > capacityBytes)) throw new KloudakError('CONFLICT', `The pool ${pool.name} has another volume ${name}.`)
      if (image === undefined) await make(pool, name, capacityBytes)
      else if (backing?.whole) await makeWhole(pool, name, capacityBytes, image)
      else {
        if (!found) {
          const { pool: wire } = await calls.quick('StoragePoolLookupByName', { name: pool.name })
          await need(pool, image)
          await calls.job('StorageVolCreateXmlFrom', { pool: wire, xml: rbdVolumeXml({ name, capacityBytes }), source: volumeRef(pool, image) })
        }
        await resize(pool, name, capacityBytes, (await need(pool, name)).capacityBytes)
      }
      return need(pool, name)
    },

    async uploadVolume(pool, { name, format, sizeBytes, data }) {
      await ensureStaging(calls)
      try {
        const staged = await files.uploadVolume(staging, { name, format, sizeBytes, data })
        const capacityBytes = Math.ceil(staged.capacityBytes / sector) * sector
        const there = await find(pool, name)
        if (there && there.capacityBytes !== capacityBytes) await remove(pool, name)
        if (there?.capacityBytes !== capacityBytes) await make(pool, name, capacityBytes)
        await copyVolume(calls, { pool: staging, volume: name, format }, { pool, volume: name, format: 'raw' } satisfies DiskSpec)
      } finally {
        await files.deleteVolume(staging, name, { wipe: format === 'raw' && sizeBytes <= smallBytes }).catch((error: unknown) => { if (!calls.control.signal?.aborted) throw error })
      }
      return need(pool, name)
    },

    async checksumVolume(pool, name, sizeBytes) {
      const { capacityBytes } = await need(pool, name)
      return reading(pool, name, capacityBytes, (file) => files.checksumVolume(staging, file, sizeBytes))
    },

    streamVolume() { throw new KloudakError('WRONG_STATE', 'Ceph gives no volume as it was written.') },

    async readVolume(pool, name, mostBytes) {
      const found = await find(pool, name)
      if (!found) return undefined
      if (found.capacityBytes > mostBytes) throw new KloudakError('CONFLICT', `The volume ${name} has ${found.capacityBytes} bytes, more than ${mostBytes}.`)
      return reading(pool, name, found.capacityBytes, (file) => files.readVolume(staging, file, mostBytes))
    },

    async deleteVolume(pool, name, { wipe }) {
      if (!(await find(pool, name))) return
      if (wipe) await whenFree(calls, inUse, () => calls.endless('StorageVolWipe', { volume: volumeRef(pool, name) }))
      await remove(pool, name)
    },
  }
}

/** A seed has the hash of a password: its passage through the host's disk is wiped. */
const smallBytes = 16 * MiB

async function* zeroes(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(256 * 1024)
  for (let left = bytes; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece
}
