import { createHash } from 'node:crypto'
import { KloudakError } from '../../model/errors.ts'
import type { CallControl, HypervisorDriver, PoolRef, VolumeFacts } from '../driver.ts'
import type { SimulatedHost } from './host.ts'
import type { Request } from './line.ts'
import { startedFolder } from './pools.ts'
import type { SimulatedFolder, SimulatedVolume } from './storage.ts'
import { smallBytes, usedBytes } from './storage.ts'

/** What a new qcow2 file takes before anything is written to it. */
const emptyQcow2Bytes = 196_624

type Volumes = Pick<HypervisorDriver, 'listVolumes' | 'findVolume' | 'createVolume' | 'uploadVolume' | 'checksumVolume' | 'streamVolume' | 'readVolume' | 'deleteVolume'>

export function volumesOf(host: SimulatedHost, request: Request, control: CallControl): Volumes {
  const folderOf = (pool: PoolRef) => startedFolder(host, pool)
  const need = (pool: PoolRef, name: string): SimulatedVolume => {
    const volume = folderOf(pool).volumes.get(name)
    if (!volume) throw new KloudakError('NOT_FOUND', `There is no volume ${name} in the pool ${pool.name}.`)
    return volume
  }

  return {
    listVolumes: (pool) => request('listVolumes', () => {
      const folder = folderOf(pool)
      return [...folder.volumes.values()].map((volume) => factsOf(folder, volume)).sort((a, b) => (a.name < b.name ? -1 : 1))
    }),

    findVolume: (pool, name) => request('findVolume', () => {
      const folder = folderOf(pool)
      const volume = folder.volumes.get(name)
      return volume && factsOf(folder, volume)
    }),

    createVolume: (pool, { name, capacityBytes, backing }) => request('createVolume', () => {
      const folder = folderOf(pool)
      const found = folder.volumes.get(name)
      if (found) {
        if (found.format === 'qcow2' && found.capacityBytes === capacityBytes && found.backingPath === backing?.path) return factsOf(folder, found)
        throw new KloudakError('CONFLICT', `The pool ${pool.name} has another volume ${name}.`)
      }
      makeRoom(folder, emptyQcow2Bytes)
      const volume: SimulatedVolume = { name, format: 'qcow2', capacityBytes, allocationBytes: emptyQcow2Bytes, backingPath: backing?.path, sha256: undefined, contentBytes: 0 }
      folder.volumes.set(name, volume)
      return factsOf(folder, volume)
    }),

    async uploadVolume(pool, { name, format, sizeBytes, data }) {
      await request('replaceVolume', () => {
        const folder = folderOf(pool)
        folder.volumes.delete(name)
        makeRoom(folder, sizeBytes)
        folder.volumes.set(name, { name, format, capacityBytes: sizeBytes, allocationBytes: 0, backingPath: undefined, sha256: undefined, contentBytes: 0 })
      })
      const hash = createHash('sha256')
      let receivedBytes = 0
      const small: Uint8Array[] = []
      for await (const chunk of data) { control.beforeCall(); hash.update(chunk); receivedBytes += chunk.length; if (sizeBytes <= smallBytes) small.push(chunk) }
      if (receivedBytes !== sizeBytes) throw new KloudakError('INVALID_INPUT', `The upload of ${name} has ${receivedBytes} bytes instead of ${sizeBytes}.`)
      return request('fillVolume', () => {
        const volume = need(pool, name)
        Object.assign(volume, { sha256: hash.digest('hex'), contentBytes: sizeBytes, allocationBytes: sizeBytes, ...(sizeBytes <= smallBytes && { content: Buffer.concat(small).toString('base64') }) })
        return factsOf(folderOf(pool), volume)
      })
    },

    /** Of the contents only the digest is known, so this answers for the uploaded size, and for zeroes of any size. */
    checksumVolume: (pool, name, sizeBytes) => request('checksumVolume', () => {
      const volume = need(pool, name)
      if (volume.sha256 !== undefined && volume.contentBytes === sizeBytes) return volume.sha256
      return createHash('sha256').update(`${volume.sha256 ?? 'nothing'}, the first ${sizeBytes} bytes`).digest('hex')
    }),

    /** Of large contents only the digest is known: WRONG_STATE. */
    async *streamVolume(pool, name, sizeBytes) {
      const { content } = await request('streamVolume', () => need(pool, name))
      if (content === undefined) throw new KloudakError('WRONG_STATE', 'A simulated host does not keep the contents of large volumes.')
      const bytes = Buffer.from(content, 'base64').subarray(0, sizeBytes)
      yield bytes
      if (bytes.length < sizeBytes) throw new KloudakError('CONFLICT', `The volume ${name} has only ${bytes.length} of ${sizeBytes} bytes.`)
    },

    readVolume: (pool, name, mostBytes) => request('readVolume', () => {
      const volume = folderOf(pool).volumes.get(name)
      if (!volume) return undefined
      if (volume.capacityBytes > mostBytes) throw new KloudakError('CONFLICT', `The volume ${name} has ${volume.capacityBytes} bytes, more than ${mostBytes}.`)
      return volume.content === undefined ? Buffer.alloc(volume.capacityBytes) : Buffer.from(volume.content, 'base64')
    }),

    async deleteVolume(pool, name, { wipe }) {
      if (wipe) await request('wipeVolume', () => {
        const volume = folderOf(pool).volumes.get(name)
        if (volume) Object.assign(volume, { sha256: undefined, contentBytes: 0, content: undefined })
      })
      await request('deleteVolume', () => { folderOf(pool).volumes.delete(name) })
    },
  }
}

function makeRoom(folder: SimulatedFolder, neededBytes: number): void {
  if (usedBytes(folder) + neededBytes > folder.capacityBytes) throw new KloudakError('NO_CAPACITY', `The storage at ${folder.path} is full.`)
}

function factsOf(folder: SimulatedFolder, volume: SimulatedVolume): VolumeFacts {
  const { name, capacityBytes, allocationBytes, backingPath } = volume
  return { name, path: `${folder.path}/${name}`, capacityBytes, allocationBytes, backingPath }
}
