import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { KloudakError } from '../../model/errors.ts'
import type { VolumeRef } from '../../wire/libvirt/protocol/types.ts'
import type { Calls } from './calls.ts'

/** Ends a transfer in which nothing moves for the control's time; `moved` says that something did. */
function stallGuard({ control }: Calls): { signal: AbortSignal; moved: () => void; stop: () => void } {
  const stalled = new AbortController()
  const stall = () => { stalled.abort(new KloudakError('OUTCOME_UNKNOWN', `Nothing moved for ${control.timeoutMs} ms.`)) }
  let timer = setTimeout(stall, control.timeoutMs)
  return {
    signal: control.signal ? AbortSignal.any([control.signal, stalled.signal]) : stalled.signal,
    moved() { clearTimeout(timer); timer = setTimeout(stall, control.timeoutMs) },
    stop() { clearTimeout(timer) },
  }
}

/** A transfer that was cut short on this side: how much had arrived nobody knows. */
function cutShort(signal: AbortSignal, error: unknown): unknown {
  if (!signal.aborted) return error
  return signal.reason instanceof KloudakError ? signal.reason : new KloudakError('OUTCOME_UNKNOWN', 'The transfer was cut short.', { cause: error })
}

/** Writes `sizeBytes` of `data` into the volume; the control is asked before each piece. INVALID_INPUT when there are fewer or more. */
export async function fill(calls: Calls, volume: VolumeRef, sizeBytes: number, data: AsyncIterable<Uint8Array>): Promise<void> {
  const stream = await calls.openStream('StorageVolUpload', { volume, offsetBytes: 0n, lengthBytes: BigInt(sizeBytes) })
  const guard = stallGuard(calls)
  let sentBytes = 0
  try {
    await pipeline(async function* () {
      for await (const chunk of data) {
        guard.moved()
        calls.control.beforeCall()
        sentBytes += chunk.length
        if (sentBytes > sizeBytes) break
        yield chunk
      }
      if (sentBytes !== sizeBytes) throw new KloudakError('INVALID_INPUT', `The upload of ${volume.name} has not the ${sizeBytes} bytes that were announced.`)
    }, stream, { signal: guard.signal })
  } catch (error) { throw cutShort(guard.signal, error) } finally { guard.stop() }
}

/** SHA-256 (hex) of the first `sizeBytes`, read back from the host. */
export async function checksum(calls: Calls, volume: VolumeRef, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256')
  const stream = await calls.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: BigInt(sizeBytes) })
  const guard = stallGuard(calls)
  const cut = () => { stream.destroy(guard.signal.reason instanceof Error ? guard.signal.reason : new Error('aborted')) }
  guard.signal.addEventListener('abort', cut, { once: true })
  let readBytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) { guard.moved(); readBytes += chunk.length; hash.update(chunk) }
  } catch (error) { throw cutShort(guard.signal, error) } finally { guard.stop(); guard.signal.removeEventListener('abort', cut) }
  if (readBytes < sizeBytes) throw new KloudakError('CONFLICT', `The volume ${volume.name} has only ${readBytes} of ${sizeBytes} bytes.`)
  return hash.digest('hex')
}
