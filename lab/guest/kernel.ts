import { globSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { must } from '../command.ts'
import { LabError } from '../errors.ts'
import { packArchive, type ArchiveEntry } from './cpio.ts'
import { dependenciesOf, firstAvailable, unpack } from './debs.ts'

/** Loaded in this order, each after what it depends on; one that is built into the kernel is passed over. */
const wanted = ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'sd_mod', 'sr_mod', 'isofs', 'ext4', 'crc32c_generic', 'virtio_net', 'virtio_rng', 'virtio_console', 'virtio_balloon', 'evdev', 'button']
/** The seed's drive must be there when its driver has been loaded. */
const moduleOptions: Record<string, string> = { scsi_mod: 'scan=sync' }

export interface Kernel { image: string; modules: string }

/** Debian's kernel for virtual machines, else Ubuntu's, unpacked below `folder`. */
export async function fetchKernel(folder: string): Promise<Kernel> {
  const meta = await firstAvailable(['linux-image-cloud-amd64', 'linux-image-virtual'])
  const names = (await dependenciesOf(meta)).filter((name) => /^linux-(image|modules)-\d/.test(name))
  const more = (await Promise.all(names.map(dependenciesOf))).flat().filter((name) => /^linux-modules-\d/.test(name))
  const tree = join(folder, 'kernel')
  await unpack([...new Set([...names, ...more])], tree)
  const image = globSync(join(tree, 'boot/vmlinuz-*'))[0]
  const modules = globSync(join(tree, '{usr/,}lib/modules/*'))[0]
  if (!image || !modules) throw new LabError('packages', `${names.join(' ')} has no kernel in it`)
  return { image, modules }
}

/** The first root file system: busybox, the drivers, and lab/guest/initramfs/init. */
export async function makeInitramfs(kernel: Kernel, busybox: string, init: string): Promise<Buffer> {
  const order: string[] = []
  const entries: ArchiveEntry[] = ['bin', 'dev', 'modules', 'proc', 'root', 'sys'].map((path) => ({ path, mode: 0o755 }))
  entries.push({ path: 'bin/busybox', mode: 0o755, content: readFileSync(busybox) }, { path: 'init', mode: 0o755, content: readFileSync(init) })
  const files = new Map(readdirSync(kernel.modules, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ko(\.\w+)?$/.test(path)).map((path) => [moduleName(path), join(kernel.modules, path)]))
  const add = async (name: string) => {
    const file = files.get(name)
    if (!file || order.some((line) => line.split(' ')[0] === `${name}.ko`)) return
    const content = await readModule(file)
    for (const dependency of /\0depends=([\w,-]*)\0/.exec(content.toString('latin1'))?.[1]?.split(',') ?? []) await add(dependency.replaceAll('-', '_'))
    order.push(`${name}.ko ${moduleOptions[name] ?? ''}`.trim())
    entries.push({ path: `modules/${name}.ko`, mode: 0o644, content })
  }
  for (const name of wanted) await add(name)
  return packArchive([...entries, { path: 'modules/order', mode: 0o644, content: Buffer.from(`${order.join('\n')}\n`) }])
}

const moduleName = (path: string) => basename(path).replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_')

async function readModule(file: string): Promise<Buffer> {
  if (file.endsWith('.ko')) return readFileSync(file)
  const unpacker = file.endsWith('.xz') ? 'xz' : 'zstd'
  await must(unpacker, ['--decompress', '--keep', '--force', '--quiet', file])
  return readFileSync(file.replace(/\.\w+$/, ''))
}
