// The small guest of the lab: Debian's cloud kernel, busybox and dropbear on one ext4 disk, up in seconds under pure
// emulation. It honours the parts of cloud-init's NoCloud seed that lab/guest/root/lib/seed knows.
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { must } from '../command.ts'
import { exclusively } from '../mutex.ts'
import { imagePackages, installPackages } from '../packages.ts'
import { labId } from '../state.ts'
import { unpackWithDependencies } from './debs.ts'
import { writeBootDisk } from './disk.ts'
import { fetchKernel, makeInitramfs } from './kernel.ts'

export interface GuestImage { path: string; format: 'qcow2'; sizeBytes: number; virtualSizeBytes: number; sha256: string }
export interface BuildOptions {
  /** Where images are kept between builds. */
  folder: string
  onLine?: (line: string) => void
}

const here = fileURLToPath(new URL('.', import.meta.url))
const virtualSizeBytes = 512 * 1024 ** 2
const programs = ['usr/sbin/dropbear', 'usr/bin/dropbearkey', 'sbin/resize2fs', 'usr/sbin/qemu-ga']
const grubScript = `linux16 /boot/vmlinuz console=tty0 console=ttyS0,115200 quiet nokaslr mitigations=off no_timer_check random.trust_cpu=on cryptomgr.notests noreplace-smp
initrd16 /boot/initrd
boot
`

/** The image, built now if this recipe was not built here before. Errors: LabError. */
export async function buildGuestImage({ folder, onLine = () => undefined }: BuildOptions): Promise<GuestImage> {
  return await buildOnce({ folder, onLine, name: `kloudak-guest-${recipeHash()}`, packages: imagePackages, build: buildSmallGuest })
}

async function buildSmallGuest(work: string, target: string): Promise<void> {
  const tree = join(work, 'tree')
  const root = join(work, 'root')
  const kernel = await fetchKernel(work)
  await unpackWithDependencies(['busybox-static', 'dropbear-bin', 'e2fsprogs', 'qemu-guest-agent'], tree)
  await makeRoot(root, tree)
  copyFileSync(kernel.image, join(root, 'boot/vmlinuz'))
  writeFileSync(join(root, 'boot/initrd'), await makeInitramfs(kernel, join(root, 'bin/busybox'), join(here, 'initramfs/init')))
  await writeBootDisk({ root, label: 'kloudak-root', sizeBytes: virtualSizeBytes, inodes: 32_768, grubScript, target })
}

async function makeRoot(root: string, tree: string): Promise<void> {
  cpSync(join(here, 'root'), root, { recursive: true })
  for (const path of ['bin', 'boot', 'dev', 'home', 'lib/x86_64-linux-gnu', 'lib64', 'mnt', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp', 'usr/bin', 'usr/sbin', 'var/log', 'var/lib', 'www']) mkdirSync(join(root, path), { recursive: true })
  for (const path of ['usr/sbin/chpasswd', 'sbin/shutdown', 'etc/init.d/boot', 'etc/init.d/late', 'etc/init.d/sshd', 'etc/acpi/PWRF/00000080', 'lib/seed/apply', 'lib/seed/dhcp']) chmodSync(join(root, path), 0o755)
  chmodSync(join(root, 'root'), 0o700)
  writeFileSync(join(root, 'etc/shadow'), 'root:!:19000:0:99999:7:::\n', { mode: 0o600 })
  copyFileSync(found(tree, 'bin/busybox'), join(root, 'bin/busybox'))
  for (const applet of (await must(join(root, 'bin/busybox'), ['--list-full'])).trim().split('\n')) {
    mkdirSync(join(root, dirname(applet)), { recursive: true })
    if (!existsSync(join(root, applet))) symlinkSync('/bin/busybox', join(root, applet))
  }
  const libraries = ['lib', 'usr/lib'].map((path) => join(tree, path, 'x86_64-linux-gnu')).join(':')
  const loader = found(tree, 'lib64/ld-linux-x86-64.so.2')
  copyFileSync(loader, join(root, 'lib64/ld-linux-x86-64.so.2'))
  for (const program of programs) {
    const file = found(tree, program)
    mkdirSync(join(root, dirname(program)), { recursive: true })
    rmSync(join(root, program), { force: true })
    copyFileSync(file, join(root, program))
    for (const [, name, path] of (await must(loader, ['--library-path', libraries, '--list', file])).matchAll(/^\s*(\S+) => (\S+)/gm)) copyFileSync(path!, join(root, 'lib/x86_64-linux-gnu', basename(name!)))
  }
}

/** A file of the tree, whether its distribution keeps it in / or in /usr. */
function found(tree: string, path: string): string {
  const candidates = [path, `usr/${path}`, path.replace(/^usr\//, '')].map((one) => join(tree, one))
  return candidates.find((one) => existsSync(one)) ?? candidates[0]!
}

/** Twelve hex digits over everything in this folder: the recipe. */
export function recipeHash(): string {
  const hash = createHash('sha256')
  const files = readdirSync(here, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(path.slice(here.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex').slice(0, 12)
}

interface Build { folder: string; onLine: (line: string) => void; name: string; packages: readonly string[]; build: (work: string, target: string) => Promise<void> }

/** Builds `<folder>/<name>.qcow2` unless it is there; one builder at a time, and a half-built image never has the name. */
export async function buildOnce({ folder, onLine, name, packages, build }: Build): Promise<GuestImage> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.qcow2`)
  const note = `${path}.json`
  return await exclusively(`image-${labId(folder)}`, async () => {
    if (existsSync(path) && existsSync(note)) return { ...JSON.parse(readFileSync(note, 'utf8')) as GuestImage, path }
    await installPackages(onLine, packages)
    const started = performance.now()
    onLine(`Building the guest image ${name}`)
    const work = mkdtempSync(join(folder, '.build-'))
    try {
      const target = join(work, 'image.qcow2')
      await build(work, target)
      const info = JSON.parse(await must('qemu-img', ['info', '--output=json', target])) as { 'virtual-size': number }
      const image: GuestImage = { path, format: 'qcow2', sizeBytes: statSync(target).size, virtualSizeBytes: info['virtual-size'], sha256: await sha256Of(target) }
      writeFileSync(note, `${JSON.stringify(image, null, 2)}\n`)
      renameSync(target, path)
      onLine(`Built ${path} (${(image.sizeBytes / 1024 ** 2).toFixed(0)} MiB, ${((performance.now() - started) / 1000).toFixed(0)} s)`)
      return image
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  })
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
