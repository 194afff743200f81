import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { KloudakError } from '../../model/errors.ts'
import type { Args, Reply } from '../../wire/libvirt/protocol/procedures.ts'
import type { VolumeRef } from '../../wire/libvirt/protocol/types.ts'
import type { LibvirtStream } from '../../wire/libvirt/stream.ts'
import type { Calls } from './calls.ts'
import { inUse, whenFree } from './calls.ts'
import { refusedWith } from './errors.ts'

/** How long a transfer waits for another one of the same volume: a marker is read in milliseconds, an image takes minutes. */
const busyPatienceMs = 5_000

/** Writes `sizeBytes` of `data` into the volume; the control is asked before each piece. INVALID_INPUT when there are fewer or more. */
export async function fill(calls: Calls, volume: VolumeRef, sizeBytes: number, data: AsyncIterable<Uint8Array>): Promise<void> {
  const stream = await open(calls, 'StorageVolUpload', { volume, offsetBytes: 0n, lengthBytes: BigInt(sizeBytes) })
  let sentBytes = 0
  try {
    await pipeline(async function* () {
      for await (const chunk of data) {
        calls.control.beforeCall()
        sentBytes += chunk.length
        if (sentBytes > sizeBytes) break
        yield chunk
      }
      if (sentBytes !== sizeBytes) throw new KloudakError('INVALID_INPUT', `The upload of ${volume.name} has not the ${sizeBytes} bytes that were announced.`)
    }, stream)
  } catch (error) { throw cutShort(calls, error) }
}

/** The first `sizeBytes` of a small volume. CONFLICT when it has fewer. */
export async function download(calls: Calls, volume: VolumeRef, sizeBytes: number): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const piece of pieces(calls, volume, sizeBytes)) read.push(piece)
  return Buffer.concat(read)
}

/** The first `sizeBytes` of a volume, in pieces. CONFLICT at the end when it has fewer. */
export async function* pieces(calls: Calls, volume: VolumeRef, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const stream = await open(calls, 'StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: BigInt(sizeBytes) })
  let readBytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      readBytes += chunk.length
      yield chunk
    }
  } catch (error) { throw cutShort(calls, error) }
  if (readBytes < sizeBytes) throw new KloudakError('CONFLICT', `The volume ${volume.name} has only ${readBytes} of ${sizeBytes} bytes.`)
}

/** SHA-256 (hex) of the first `sizeBytes`, read back from the host. CONFLICT when the volume has fewer. */
export async function checksum(calls: Calls, volume: VolumeRef, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces(calls, volume, sizeBytes)) hash.update(piece)
  return hash.digest('hex')
}

/** Libvirt lets nobody write what somebody reads. UNAVAILABLE when that does not end. */
async function open<N extends 'StorageVolUpload' | 'StorageVolDownload'>(calls: Calls, name: N, args: Args<N>): Promise<LibvirtStream<Reply<N>>> {
  try {
    return await whenFree(calls, inUse, () => calls.openStream(name, args), busyPatienceMs)
  } catch (error) {
    if (!refusedWith(error, ...inUse)) throw error
    throw new KloudakError('UNAVAILABLE', `The volume ${args.volume.name} is in use by another operation.`, { cause: error, retryAfterMs: 2_000 })
  }
}

/** A transfer that this side called off: how much had arrived nobody knows. */
function cutShort({ control }: Calls, error: unknown): unknown {
  return control.signal?.aborted ? new KloudakError('OUTCOME_UNKNOWN', 'The transfer was cut short.', { cause: error }) : error
}
