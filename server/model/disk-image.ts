import { KloudakError } from './errors.ts'

export type ImageFormat = 'qcow2' | 'raw'

/** How many of a file's first bytes `readDiskImage` wants to see: the headers, and the boot sector. */
export const headBytes = 512

export interface DiskImageFacts { format: ImageFormat; virtualSizeBytes: number }

// The header's fields, all big-endian: docs/interop/qcow2.rst of QEMU.
const at = { magic: 0, version: 4, backingFile: 8, size: 24, crypt: 32, incompatible: 72 } as const
const qcow2Magic = 0x514649fb
/** Dirty, external data file, compression type, extended L2 entries are known to QEMU 5.2; corrupt (bit 1) and what comes later are not taken. */
const takenFeatures = 1n | 1n << 3n | 1n << 4n
const externalData = 1n << 2n
const sector = 512

/** Files that are often mistaken for disks, by how they begin. */
const others: readonly { what: string; begins: readonly number[] }[] = [
  { what: 'packed with gzip', begins: [0x1f, 0x8b] },
  { what: 'packed with xz', begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { what: 'packed with zstd', begins: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'packed with bzip2', begins: [0x42, 0x5a, 0x68] },
  { what: 'a ZIP archive', begins: [0x50, 0x4b, 0x03, 0x04] },
  { what: 'a disk of VMware (VMDK)', begins: [0x4b, 0x44, 0x4d, 0x56] },
  { what: 'a disk of Hyper-V (VHDX)', begins: [0x76, 0x68, 0x64, 0x78] },
  { what: 'a web page', begins: [0x3c] },
]

/**
 * What kind of disk a file is, by its first bytes and its size; `wanted` when the format is said. INVALID_INPUT for anything
 * that is no disk, and for a qcow2 that leads to other files: a guest could read these.
 */
export function readDiskImage(head: Uint8Array, sizeBytes: number, wanted: ImageFormat | null): DiskImageFacts {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const isQcow2 = head.length >= 104 && view.getUint32(at.magic) === qcow2Magic
  if (isQcow2 && wanted === 'raw') throw refused('is a qcow2 image, not a raw disk', 'Leave the format out.')
  if (isQcow2) return readQcow2(view)
  if (wanted === 'qcow2') throw refused('is no qcow2 image')
  const hasBootSector = head.length >= sector && head[510] === 0x55 && head[511] === 0xaa
  if (wanted === null && !hasBootSector) {
    const other = others.find(({ begins }) => begins.every((byte, index) => head[index] === byte))
    throw refused(other ? `is ${other.what}` : 'is neither a qcow2 image nor a raw disk with a boot sector', other ? 'Give the address of the disk itself, unpacked, as qcow2 or raw.' : 'If it is a raw disk all the same, say so: format RAW.')
  }
  if (sizeBytes === 0 || sizeBytes % sector !== 0) throw refused(`has ${sizeBytes} bytes, which are no whole sectors of a disk`)
  return { format: 'raw', virtualSizeBytes: sizeBytes }
}

function readQcow2(view: DataView): DiskImageFacts {
  const version = view.getUint32(at.version)
  if (version !== 2 && version !== 3) throw refused(`is qcow2 of version ${version}; 2 and 3 are known`)
  if (view.getBigUint64(at.backingFile) !== 0n) throw refused('is an overlay of another file', 'Make it whole first: qemu-img convert.')
  if (view.getUint32(at.crypt) !== 0) throw refused('is encrypted', 'Import it decrypted.')
  const features = version === 2 ? 0n : view.getBigUint64(at.incompatible)
  if ((features & externalData) !== 0n) throw refused('keeps its data in another file', 'Make it whole first: qemu-img convert.')
  if ((features & ~takenFeatures) !== 0n) throw refused('is corrupt, or of a newer qcow2 than is known', 'Repair it, or convert it: qemu-img check, qemu-img convert.')
  const size = view.getBigUint64(at.size)
  if (size === 0n || size % BigInt(sector) !== 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) throw refused('says a size that no disk has')
  return { format: 'qcow2', virtualSizeBytes: Number(size) }
}

function refused(what: string, remedy = 'Give the address of a disk as qcow2 or raw.'): KloudakError {
  return new KloudakError('INVALID_INPUT', `What lies there ${what}.`, { field: 'url', remedy })
}
