// A real Debian 12 cloud guest, with systemd and cloud-init as its users know them, built from packages. It takes about
// a minute to build and half a minute to boot without KVM, so nothing needs it: it is there to prove the seed.
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { must } from '../command.ts'
import { LabError } from '../errors.ts'
import { debianImagePackages } from '../packages.ts'
import { writeBootDisk } from './disk.ts'
import { buildOnce, recipeHash, type BuildOptions, type GuestImage } from './image.ts'

const suite = 'bookworm'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const packages = [
  'linux-image-cloud-amd64', 'initramfs-tools', 'systemd-sysv', 'systemd-resolved', 'udev', 'dbus', 'cloud-init', 'cloud-guest-utils', 'e2fsprogs', 'fdisk', 'openssh-server',
  'qemu-guest-agent', 'netplan.io', 'iproute2', 'iputils-ping', 'sudo', 'ca-certificates', 'python3-minimal', 'less', 'procps',
]
const leftOut = ['doc', 'man', 'locale', 'i18n'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`)

/** Files of the guest that are there before its packages are unpacked, or after all of them were. */
const before = {
  'etc/initramfs-tools/conf.d/kloudak': 'MODULES=list\nCOMPRESS=lz4\n',
  'etc/initramfs-tools/modules': ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'ext4', 'ahci', 'sd_mod', 'sr_mod', 'isofs', 'virtio_rng', 'virtio_net', ''].join('\n'),
}
const afterwards = {
  'etc/fstab': 'LABEL=rootfs / ext4 rw,noatime 0 1\n',
  'etc/hostname': 'debian\n',
  'etc/machine-id': '',
  'etc/cloud/ds-identify.cfg': 'policy: search,found=all,maybe=all,notfound=enabled\n',
  'etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ NoCloud, ConfigDrive, None ]\n',
  // Only ed25519 host keys: an RSA key takes about 5 s under emulation. The modules are those that need no network.
  'etc/cloud/cloud.cfg.d/95_kloudak.cfg': `ssh_genkeytypes: [ed25519]
locale: false
apt: {preserve_sources_list: true}
no_ssh_fingerprints: true
ssh: {emit_keys_to_console: false}
cloud_init_modules: [seed_random, bootcmd, write-files, growpart, resizefs, set_hostname, update_hostname, update_etc_hosts, users-groups, ssh]
cloud_config_modules: [set-passwords, runcmd]
cloud_final_modules: [scripts-user, final-message]
`,
}
const masked = ['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer', 'e2scrub_reap.service', 'systemd-pstore.service', 'fstrim.timer']

/** The image, built now if this recipe was not built here before. Errors: LabError, 'unsupported' where apt knows no Debian mirror. */
export async function buildDebianImage({ folder, onLine = () => undefined }: BuildOptions): Promise<GuestImage> {
  return await buildOnce({ folder, onLine, name: `kloudak-debian-12-${recipeHash()}`, packages: debianImagePackages, build: buildCloudGuest })
}

async function buildCloudGuest(work: string, target: string): Promise<void> {
  const [root, first, last] = ['root', 'before', 'afterwards'].map((name) => join(work, name)) as [string, string, string]
  writeTree(first, before)
  writeTree(last, afterwards)
  await must('mmdebstrap', [
    '--mode=root', '--format=directory', '--variant=minbase', '--aptopt=APT::Install-Recommends "false"', ...leftOut, `--keyring=${keyring}`, `--include=${packages.join(',')}`,
    `--essential-hook=sync-in ${first} /`, `--customize-hook=sync-in ${last} /`,
    '--customize-hook=rm -f "$1"/etc/ssh/ssh_host_*; ln -sf /run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"',
    `--customize-hook=chroot "$1" systemctl --quiet enable systemd-networkd systemd-resolved ssh; chroot "$1" systemctl --quiet mask ${masked.join(' ')}`,
    '--customize-hook=rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/cache/debconf/*-old',
    suite, root, ...await debianSources(),
  ])
  const [kernel, initrd] = ['vmlinuz-*', 'initrd.img-*'].map((pattern) => basename(globSync(join(root, 'boot', pattern))[0] ?? ''))
  const grubScript = `linux16 /boot/${kernel} root=LABEL=rootfs ro console=tty0 console=ttyS0,115200 quiet nokaslr mitigations=off no_timer_check random.trust_cpu=on cryptomgr.notests noreplace-smp apparmor=0\ninitrd16 /boot/${initrd}\nboot\n`
  await writeBootDisk({ root, label: 'rootfs', sizeBytes: 2 * 1024 ** 3, inodes: 131_072, grubScript, target })
}

function writeTree(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Source lines for the suite, on the mirrors that this machine's apt already uses. */
async function debianSources(): Promise<string[]> {
  const targets = (await must('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(LABEL)', 'Created-By: Packages'])).split('\n')
  const mirrorOf = (label: string) => targets.map((line) => line.split(' ')).find(([, origin, name]) => origin === 'Debian' && name === label)?.[0]
  const [main, security] = [mirrorOf('Debian'), mirrorOf('Debian-Security')]
  if (!main) throw new LabError('unsupported', 'the package sources of this machine name no mirror of Debian')
  return [`deb ${main} ${suite} main`, `deb ${main} ${suite}-updates main`, ...security ? [`deb ${security} ${suite}-security main`] : []]
}
