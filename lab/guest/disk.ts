// A self-booting disk without a loop device or a mount: mke2fs fills the partition from a folder, and GRUB's two
// stages are written where the BIOS and the first of them look. Without KVM each byte that GRUB moves costs: its core is not
// compressed, and it starts kernels by `linux16`, since `linux` moves 50 MiB of room for the unpacked kernel byte by byte.
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../command.ts'
import { LabError } from '../errors.ts'

const sectorBytes = 512
/** Where the one partition starts; what lies between it and the first sector is GRUB's. */
const partitionStart = 2048
/** Named one by one: GRUB cannot read what newer mke2fs would add by itself. `resize_inode` lets it grow while mounted. */
const features = 'none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize'

export interface BootDisk {
  /** The folder that becomes the root file system, with the kernel and /boot/initrd in it. */
  root: string
  /** Label of the file system. */
  label: string
  sizeBytes: number
  inodes: number
  /** GRUB's script: paths are on the root file system, and `boot` is its last word. */
  grubScript: string
  /** The qcow2 file to write. */
  target: string
}

/** Writes a qcow2 image that boots by BIOS from its first partition. */
export async function writeBootDisk(disk: BootDisk): Promise<void> {
  const raw = `${disk.target}.raw`
  const sectors = disk.sizeBytes / sectorBytes
  const file = openSync(raw, 'w')
  try {
    ftruncateSync(file, disk.sizeBytes)
  } finally { closeSync(file) }
  const sizeKib = (disk.sizeBytes - partitionStart * sectorBytes) / 1024
  await must('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', features, '-b', '4096', '-N', String(disk.inodes), '-J', 'size=8', '-m', '0', '-L', disk.label,
    '-E', `offset=${partitionStart * sectorBytes},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0`, '-d', disk.root, raw, `${sizeKib}k`])
  await writeGrub(raw, disk.grubScript, sectors)
  await must('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', '-o', 'compat=1.1', raw, disk.target])
  rmSync(raw)
}

/** First sector: GRUB's boot.img with the partition table; from the second on: core.img, whose own first sector loads the rest from there. */
async function writeGrub(raw: string, script: string, sectors: number): Promise<void> {
  const modules = '/usr/lib/grub/i386-pc'
  const [config, core] = [`${raw}.grub.cfg`, `${raw}.core.img`]
  writeFileSync(config, script)
  await must('grub-mkimage', ['-O', 'i386-pc', '-d', modules, '-p', '(,msdos1)/boot', '-c', config, '-o', core, '-C', 'none', 'biosdisk', 'part_msdos', 'ext2', 'linux16', 'boot'])
  if (statSync(core).size > (partitionStart - 1) * sectorBytes) throw new LabError('command', 'GRUB does not fit before the partition')
  const first = Buffer.alloc(sectorBytes)
  readFileSync(join(modules, 'boot.img')).copy(first, 0, 0, 440)
  // One active Linux partition; no cylinders and heads, since every BIOS of today reads the sector numbers.
  first.set([0x80, 0xfe, 0xff, 0xff, 0x83, 0xfe, 0xff, 0xff], 446)
  first.writeUInt32LE(partitionStart, 454)
  first.writeUInt32LE(sectors - partitionStart, 458)
  first.writeUInt16LE(0xaa55, 510)
  const file = openSync(raw, 'r+')
  try {
    writeSync(file, first, 0, first.length, 0)
    const stage = readFileSync(core)
    writeSync(file, stage, 0, stage.length, sectorBytes)
  } finally { closeSync(file) }
  rmSync(config)
  rmSync(core)
}
