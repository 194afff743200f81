/** A file in the root folder of the image. Names: letters, digits, `.`, `-`, `_`, at most 30 characters. */
export interface IsoFile { name: string; data: Uint8Array }

const sectorBytes = 2_048
// The fixed part of the image: 16 sectors of system area, then one sector each.
const primaryDescriptor = 16
const jolietDescriptor = 17
const terminator = 18
const pathTables = { primaryLittle: 19, primaryBig: 20, jolietLittle: 21, jolietBig: 22 }
const primaryRoot = 23
const jolietRoot = 24
const firstFile = 25
/** Images grow in steps of 64 KiB, so that another version of one mostly has its size and can be written over it. */
const grainSectors = 32
const rootRecordBytes = 34
const pathTableBytes = 10

/**
 * A read-only CD image (ECMA-119 with Joliet) of files in one folder. The same files give the same bytes: the only date
 * in it is a constant. The primary names keep their hyphen, which the standard does not allow and every reader takes, so
 * that a reader without Joliet finds `user-data` too.
 */
export function isoImage(label: string, files: readonly IsoFile[]): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_]{1,16}$/.test(label)) throw new Error(`not a volume label: ${JSON.stringify(label)}`)
  for (const { name } of files) if (!/^[A-Za-z0-9._-]{1,30}$/.test(name)) throw new Error(`not a file name: ${JSON.stringify(name)}`)
  // Folder entries stand in the order of their names (ECMA-119, 9.3).
  const sorted = [...files].sort((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
  let sector = firstFile
  const placed = sorted.map((file) => { const at = sector; sector += sectorsFor(file.data.length); return { ...file, at } })

  sector = Math.ceil(sector / grainSectors) * grainSectors
  const image = Buffer.alloc(sector * sectorBytes)
  const put = (at: number, part: Uint8Array) => { image.set(part, at * sectorBytes) }
  put(primaryDescriptor, volumeDescriptor(1, label, sector))
  put(jolietDescriptor, volumeDescriptor(2, label, sector))
  put(terminator, Buffer.from([255, ...Buffer.from('CD001'), 1]))
  for (const [name, at] of Object.entries(pathTables)) put(at, pathTable(name.startsWith('primary') ? primaryRoot : jolietRoot, name.endsWith('Big')))
  put(primaryRoot, folder(primaryRoot, placed.map(({ name, at, data }) => record(Buffer.from(`${name.toUpperCase()};1`, 'latin1'), at, data.length, false))))
  put(jolietRoot, folder(jolietRoot, placed.map(({ name, at, data }) => record(ucs2(`${name};1`), at, data.length, false))))
  for (const { at, data } of placed) put(at, data)
  return image
}

function sectorsFor(bytes: number): number {
  return Math.ceil(bytes / sectorBytes)
}

/** Joliet writes names as UCS-2, big-endian. */
function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

/** Numbers stand twice, little-endian and then big-endian (ECMA-119, 7.3.3). */
function both32(into: Buffer, offset: number, value: number): void {
  into.writeUInt32LE(value, offset)
  into.writeUInt32BE(value, offset + 4)
}

function both16(into: Buffer, offset: number, value: number): void {
  into.writeUInt16LE(value, offset)
  into.writeUInt16BE(value, offset + 2)
}

/** ECMA-119, 8.4 and 8.5; type 2 is the Joliet volume, told by its escape sequence for UCS-2 level 3. */
function volumeDescriptor(type: 1 | 2, label: string, sectors: number): Buffer {
  const joliet = type === 2
  const descriptor = Buffer.alloc(sectorBytes)
  const text = (offset: number, length: number, value = '') => {
    if (joliet) ucs2(value.padEnd(Math.floor(length / 2))).copy(descriptor, offset)
    else descriptor.write(value.padEnd(length), offset, 'latin1')
  }
  descriptor[0] = type
  descriptor.write('CD001', 1, 'latin1')
  descriptor[6] = 1
  text(8, 32)
  text(40, 32, label)
  both32(descriptor, 80, sectors)
  if (joliet) descriptor.write('%/E', 88, 'latin1')
  both16(descriptor, 120, 1)
  both16(descriptor, 124, 1)
  both16(descriptor, 128, sectorBytes)
  both32(descriptor, 132, pathTableBytes)
  descriptor.writeUInt32LE(joliet ? pathTables.jolietLittle : pathTables.primaryLittle, 140)
  descriptor.writeUInt32BE(joliet ? pathTables.jolietBig : pathTables.primaryBig, 148)
  record(Buffer.from([0]), joliet ? jolietRoot : primaryRoot, sectorBytes, true).copy(descriptor, 156)
  for (const offset of [190, 318, 446, 574]) text(offset, 128) // volume set, publisher, preparer, application
  for (const offset of [702, 739, 776]) text(offset, joliet ? 36 : 37) // names of copyright, abstract and bibliography files
  for (const offset of [813, 830, 847, 864]) descriptor.write('0'.repeat(16), offset, 'latin1') // no dates: 8.4.26.1
  descriptor[881] = 1
  return descriptor
}

/** The path table of a volume with the root folder alone (ECMA-119, 9.4). */
function pathTable(root: number, big: boolean): Buffer {
  const table = Buffer.alloc(pathTableBytes)
  table[0] = 1
  if (big) { table.writeUInt32BE(root, 2); table.writeUInt16BE(1, 6) } else { table.writeUInt32LE(root, 2); table.writeUInt16LE(1, 6) }
  return table
}

/** A folder of one sector: itself, its parent (itself again, being the root), its files. */
function folder(at: number, records: Buffer[]): Buffer {
  const whole = Buffer.concat([record(Buffer.from([0]), at, sectorBytes, true), record(Buffer.from([1]), at, sectorBytes, true), ...records])
  if (whole.length > sectorBytes) throw new Error('too many files for one folder')
  return whole
}

/** ECMA-119, 9.1. */
function record(name: Buffer, at: number, bytes: number, isFolder: boolean): Buffer {
  const length = 33 + name.length
  const entry = Buffer.alloc(Math.max(length + (length % 2), rootRecordBytes))
  entry[0] = entry.length
  both32(entry, 2, at)
  both32(entry, 10, bytes)
  Buffer.from([100, 1, 1, 0, 0, 0, 0]).copy(entry, 18) // 2000-01-01 00:00:00 UTC
  entry[25] = isFolder ? 2 : 0
  both16(entry, 28, 1)
  entry[32] = name.length
  name.copy(entry, 33)
  return entry
}
