import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { headBytes, readDiskImage } from '../../server/model/disk-image.ts'
import { poolRef } from '../../server/db/queries/pool-ref.ts'
import type { HypervisorDriver, PoolRef } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { download } from '../images/download.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'

/** The part of a step's context that the sagas of images have in common. */
export type ImageWork = Pick<StepContext<unknown, Deps>, 'deps' | 'em' | 'write' | 'control' | 'progress'>
export interface Replica { imageVersionId: string; poolId: string }

interface Row { host_id: string | null; pool_name: string; pool: PoolRef; volume: string; sha256: string; format: 'qcow2' | 'raw'; size_bytes: string; virtual_size_bytes: string; source_path: string | null; source_url: string | null }
interface Standing { poolName: string; pool: PoolRef; volume: string; sha256: string; format: 'qcow2' | 'raw'; sizeBytes: number; virtualSizeBytes: number; sourcePath: string | null; sourceUrl: string | null; hypervisor: HypervisorDriver }

/** Any host of the pool's area that is up can reach it; the first by name, so that a repetition takes the same. */
export const someHostOf = `(select host.id from host where host.area_id = pool.area_id and host.state = 'up' order by host.frozen_at is not null, host.name limit 1)`

export function noHost(poolName: string): KloudakError {
  return new KloudakError('UNAVAILABLE', `No host that reaches the pool ${poolName} is up.`, { remedy: 'This goes on when a host of the area is up.' })
}

async function read(work: ImageWork, { imageVersionId, poolId }: Replica): Promise<Standing> {
  const [row] = await work.em().execute<Row[]>(`
    select ${someHostOf} as host_id, pool.name as pool_name, ${poolRef} as pool, image_replica.volume, image_version.sha256, image_version.format,
      image_version.size_bytes, image_version.virtual_size_bytes, image_version.source_path, image_version.source_url
    from image_replica join image_version on image_version.id = image_replica.image_version_id join pool on pool.id = image_replica.pool_id
    where image_version.id = ? and pool.id = ?`, [imageVersionId, poolId])
  if (!row) throw new KloudakError('NOT_FOUND', 'The image replica is gone from the books.')
  if (!row.host_id) throw noHost(row.pool_name)
  return {
    poolName: row.pool_name, pool: row.pool, volume: row.volume, sha256: row.sha256, format: row.format, sizeBytes: Number(row.size_bytes), virtualSizeBytes: Number(row.virtual_size_bytes),
    sourcePath: row.source_path, sourceUrl: row.source_url, hypervisor: await work.deps.hosts.hypervisor(row.host_id, work.control),
  }
}

export async function setReplica(work: ImageWork, { imageVersionId, poolId }: Replica, state: 'ready' | 'failed'): Promise<void> {
  await work.write(async (em) => {
    await em.execute('update image_replica set state = ?, updated_at = now() where image_version_id = ? and pool_id = ?', [state, imageVersionId, poolId])
  })
}

/** What Ceph is given is made raw on the way: what is stored there has another digest than the file. */
const isConverted = ({ source }: PoolRef) => source?.kind === 'rbd'

/** Fills the replica's volume from where its content can be had. One that is there already, whole, is left as it is. */
export async function uploadReplica(work: ImageWork, replica: Replica): Promise<void> {
  const standing = await read(work, replica)
  const { hypervisor, pool, volume, format, sizeBytes, sha256 } = standing
  const found = isConverted(pool) ? undefined : await hypervisor.findVolume(pool, volume)
  if (found && (await hypervisor.checksumVolume(pool, volume, sizeBytes).catch(() => undefined)) === sha256) return
  await hypervisor.uploadVolume(pool, { name: volume, format, sizeBytes, data: watched(await sourceOf(work, replica, standing), standing, work) })
}

export async function dropReplica(work: ImageWork, replica: Replica): Promise<void> {
  const { hypervisor, pool, volume } = await read(work, replica)
  await hypervisor.deleteVolume(pool, volume, { wipe: false })
}

/** Only what reads back as it was registered is ever used: a half-written replica stays `uploading`. */
export async function verifyReplica(work: ImageWork, replica: Replica): Promise<void> {
  const { hypervisor, pool, volume, sizeBytes, sha256, virtualSizeBytes } = await read(work, replica)
  // What was sent was held against the registered digest, and Ceph keeps digests of its own.
  if (isConverted(pool) ? (await hypervisor.findVolume(pool, volume))?.capacityBytes === virtualSizeBytes : await hypervisor.checksumVolume(pool, volume, sizeBytes) === sha256) return
  throw changed(volume)
}

const changed = (volume: string) => new KloudakError('INTERNAL', `The image ${volume} reads back differently from what was registered.`, { remedy: 'The source changed after it was registered, or the storage is damaged: import the image again.' })

export const otherContent = () => new KloudakError('INVALID_INPUT', 'What lies there has another digest than was given.', { field: 'url', remedy: 'Compare the digest with the one that its makers publish; the address may serve a newer image by now.' })

/** Where the content can be had: `check` sees its head once all has been sent, and `changed` is what another digest means. */
interface Source { pieces: AsyncIterable<Uint8Array>; check?: (head: Uint8Array) => void; changed: () => KloudakError }

/** A file of the workers' machine, another pool of ours, or the address that it came from: the first of these that is there. */
async function sourceOf(work: ImageWork, replica: Replica, { sourcePath, sourceUrl, sizeBytes, virtualSizeBytes, format, volume }: Standing): Promise<Source> {
  if (sourcePath !== null && existsSync(sourcePath)) return { pieces: createReadStream(sourcePath, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>, changed: () => changed(volume) }
  const copy = await copyElsewhere(work, replica)
  if (copy) return { pieces: copy.hypervisor.streamVolume(copy.pool, copy.volume, sizeBytes), changed: () => changed(copy.volume) }
  if (sourceUrl === null) throw new KloudakError('NOT_FOUND', `The file of the image ${volume} is not known to this installation.`, { remedy: 'Import the image again.' })
  const served = await download(sourceUrl, work.control.signal)
  if (served.sizeBytes !== sizeBytes) throw otherContent()
  return {
    pieces: served.pieces, changed: otherContent,
    // What was looked at may not be what was served then.
    check: (head) => { if (readDiskImage(head, sizeBytes, format).virtualSizeBytes !== virtualSizeBytes) throw otherContent() },
  }
}

/** Of Ceph only something else could be read, and simulated hosts keep no contents. */
async function copyElsewhere(work: ImageWork, { imageVersionId, poolId }: Replica): Promise<{ pool: PoolRef; volume: string; hypervisor: HypervisorDriver } | undefined> {
  const [row] = await work.em().execute<{ pool: PoolRef; volume: string; host_id: string }[]>(`
    select ${poolRef} as pool, image_replica.volume, host.id as host_id from image_replica join pool on pool.id = image_replica.pool_id
    join host on host.area_id = pool.area_id and host.state = 'up' and host.frozen_at is null and host.kind = 'ssh'
    where image_version_id = ? and pool_id <> ? and image_replica.state = 'ready' and pool.phase = 'ready' and pool.kind <> 'rbd' order by pool.id, host.name limit 1`, [imageVersionId, poolId])
  return row && { pool: row.pool, volume: row.volume, hypervisor: await work.deps.hosts.hypervisor(row.host_id, work.control) }
}

async function* watched({ pieces, check, changed }: Source, { sizeBytes, sha256 }: Standing, work: ImageWork): AsyncGenerator<Uint8Array> {
  let sent = 0
  let head = Buffer.alloc(0)
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    work.control.signal.throwIfAborted()
    hash.update(piece)
    if (head.length < headBytes) head = Buffer.concat([head, piece]).subarray(0, headBytes)
    yield piece
    work.progress((sent += piece.length) / sizeBytes)
  }
  if (sent !== sizeBytes) return
  if (hash.digest('hex') !== sha256) throw changed()
  check?.(head)
}
