import { readFileSync } from 'node:fs'
import { must, run } from './command.ts'
import { LabError } from './errors.ts'

/** What the hosts of a lab run. Recommended packages are not needed: each line here was found missing without it. */
export const labPackages = ['libvirt-daemon-system', 'libvirt-daemon-driver-qemu', 'libvirt-clients', 'qemu-system-x86', 'qemu-utils', 'openvswitch-switch', 'openssh-server', 'openssh-client', 'iproute2', 'iputils-ping', 'seabios', 'ipxe-qemu']
/** What gives hosts BMCs, and switches them off through those. */
export const ipmiPackages = ['openipmi', 'ipmitool', 'fence-agents']
/** What serves and mounts GlusterFS. */
export const glusterPackages = ['glusterfs-server', 'glusterfs-client']
/** What makes a Ceph cluster, and lets hosts use its block devices. */
export const cephPackages = ['ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-common', 'libvirt-daemon-driver-storage-rbd', 'qemu-block-extra']
/** What builds guest images. */
export const imagePackages = ['qemu-utils', 'e2fsprogs', 'grub-pc-bin', 'grub-common']
export const debianImagePackages = [...imagePackages, 'mmdebstrap', 'debian-archive-keyring']

/** Whether the packages of this machine come from apt: Debian, Ubuntu and what descends from them. */
export function hasApt(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch { return false }
}

export async function missingPackages(names: readonly string[]): Promise<string[]> {
  const { stdout } = await run('dpkg-query', ['--show', '--showformat', '${Package} ${db:Status-Status}\\n', ...names])
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]))
  return names.filter((name) => !installed.has(name))
}

/**
 * Installs what is missing of `names` through apt-get, saying so line by line. Services that a package starts by
 * itself are left as the distribution wants them: the lab's own daemons live in namespaces and do not meet them.
 * Errors: LabError 'unsupported' or 'packages'.
 */
export async function installPackages(onLine: (line: string) => void, names: readonly string[] = labPackages): Promise<void> {
  if (!hasApt()) throw new LabError('unsupported', 'the lab installs its packages with apt-get: it needs Debian or Ubuntu')
  const missing = await missingPackages(names)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) throw new LabError('unsupported', `only root can install ${missing.join(' ')}`)
  onLine(`Installing Debian packages: ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  // Another apt at work (unattended upgrades) is waited for.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-qq']
  try {
    await must('apt-get', [...options, 'update'], { env })
    await must('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...missing], { env })
  } catch (cause) {
    throw new LabError('packages', `apt-get could not install ${missing.join(' ')}: ${(cause as Error).message}`, { cause })
  }
  onLine(`Installed ${missing.length} packages`)
}
