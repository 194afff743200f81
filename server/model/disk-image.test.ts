import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readDiskImage } from './disk-image.ts'
import type { ImageFormat } from './disk-image.ts'
import { GiB } from './units.ts'

/** The head of a qcow2 file as qemu-img writes it. */
function qcow2(change: { version?: number; backing?: bigint; size?: bigint; crypt?: number; features?: bigint } = {}): Uint8Array {
  const head = Buffer.alloc(512)
  head.writeUInt32BE(0x514649fb, 0)
  head.writeUInt32BE(change.version ?? 3, 4)
  head.writeBigUInt64BE(change.backing ?? 0n, 8)
  head.writeUInt32BE(16, 20)
  head.writeBigUInt64BE(change.size ?? BigInt(2 * GiB), 24)
  head.writeUInt32BE(change.crypt ?? 0, 32)
  head.writeBigUInt64BE(change.features ?? 0n, 72)
  return head
}
const bootable = Buffer.concat([Buffer.alloc(510), Buffer.of(0x55, 0xaa)])
const refusal = (head: Uint8Array, sizeBytes = 1024, wanted: ImageFormat | null = null) => {
  try { readDiskImage(head, sizeBytes, wanted); return 'taken' } catch (error) { return (error as Error).message }
}

suite('what kind of disk a file is', () => {
  test('a qcow2 says its size itself; a raw disk has that of the file', () => {
    assert.deepEqual(readDiskImage(qcow2(), 300_000, null), { format: 'qcow2', virtualSizeBytes: 2 * GiB })
    assert.deepEqual(readDiskImage(qcow2({ version: 2, features: 255n }), 300_000, 'qcow2'), { format: 'qcow2', virtualSizeBytes: 2 * GiB })
    assert.deepEqual(readDiskImage(bootable, 1024, null), { format: 'raw', virtualSizeBytes: 1024 })
    assert.deepEqual(readDiskImage(Buffer.alloc(512), 512, 'raw'), { format: 'raw', virtualSizeBytes: 512 })
  })

  test('one that leads to other files, or cannot be read whole, is refused', () => {
    assert.match(refusal(qcow2({ backing: 4096n })), /overlay of another file/)
    assert.match(refusal(qcow2({ features: 4n })), /keeps its data in another file/)
    for (const features of [2n, 32n, 1n << 63n]) assert.match(refusal(qcow2({ features })), /corrupt, or of a newer/)
    for (const features of [1n, 8n, 16n]) assert.equal(readDiskImage(qcow2({ features }), 1024, null).format, 'qcow2')
    for (const crypt of [1, 2]) assert.match(refusal(qcow2({ crypt })), /encrypted/)
    assert.match(refusal(qcow2({ version: 1 })), /version 1/)
    for (const size of [0n, 513n, 1n << 63n]) assert.match(refusal(qcow2({ size })), /a size that no disk has/)
  })

  test('what is no disk is called by its name', () => {
    assert.match(refusal(Buffer.from('1f8b0800', 'hex')), /packed with gzip/)
    assert.match(refusal(Buffer.from('fd377a585a000004', 'hex')), /packed with xz/)
    assert.match(refusal(Buffer.from('<!doctype html>')), /a web page/)
    assert.match(refusal(Buffer.from('KDMV')), /VMware/)
    for (const head of [Buffer.alloc(0), Buffer.alloc(512), Buffer.from('QFI\u00fb')]) assert.match(refusal(head), /neither a qcow2 image nor a raw disk/)
    assert.match(refusal(bootable, 1023), /no whole sectors/)
    assert.match(refusal(Buffer.alloc(0), 0, 'raw'), /no whole sectors/)
    assert.match(refusal(bootable, 1024, 'qcow2'), /is no qcow2 image/)
    assert.match(refusal(qcow2(), 1024, 'raw'), /is a qcow2 image, not a raw disk/)
  })
})
