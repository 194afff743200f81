// The disk of a lab host: etc/, var/ and root/ in the host's folder. It is made once and outlives power losses.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must } from './command.ts'
import { hostFolder, hostName, managementAddress, type HostRecord, type LabState } from './state.ts'

/** What programs of the machine want to find in /etc. Its secrets and its own services' settings stay outside. */
const fromMachine = [
  'alternatives', 'bash.bashrc', 'default', 'ethertypes', 'gai.conf', 'gnutls', 'group', 'host.conf', 'inputrc', 'iproute2', 'ld.so.cache', 'ld.so.conf',
  'ld.so.conf.d', 'localtime', 'login.defs', 'magic', 'mke2fs.conf', 'netconfig', 'nsswitch.conf', 'os-release', 'passwd', 'profile', 'protocols', 'rpc',
  'sasl2', 'services', 'shells', 'ssl/openssl.cnf', 'terminfo', 'timezone',
]
const varFolders = ['cache', 'lib/libvirt/images', 'lib/misc', 'log/libvirt/qemu', 'log/openvswitch', 'spool', 'tmp']

const sshdConfig = `
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile /etc/ssh/authorized_keys
UsePAM no
UseDNS no
MaxStartups 100
MaxSessions 100
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
`
const libvirtdConfig = (hostUuid: string) => `
host_uuid = "${hostUuid}"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
max_clients = 500
`
// No guest is confined: there is no AppArmor profile, cgroup or second user inside a host's namespaces.
const qemuConfig = `
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
migration_address = "0.0.0.0"
vnc_listen = "127.0.0.1"
`

/** Makes the host's disk if it is not there yet; a half-made one is made anew. */
export async function makeHostDisk(folder: string, state: LabState, host: HostRecord): Promise<void> {
  const disk = hostFolder(folder, host.index)
  if (!existsSync(disk)) {
    const building = `${disk}.new`
    rmSync(building, { recursive: true, force: true })
    await fillDisk(building, folder, host)
    renameSync(building, disk)
  }
  // With each start, since hosts may have been added and the lab's own scripts may be newer than the disk.
  writeFileSync(join(disk, 'etc/hosts'), ['127.0.0.1 localhost', '::1 localhost', ...state.hosts.map(({ index }) => `${managementAddress(state, index)} ${hostName(index)}`), ''].join('\n'))
  cpSync(fileURLToPath(new URL('host/qemu-wrapper.sh', import.meta.url)), join(disk, 'qemu-wrapper.sh'))
}

async function fillDisk(disk: string, folder: string, host: HostRecord): Promise<void> {
  const name = hostName(host.index)
  const write = (path: string, text: string, mode = 0o644) => { mkdirSync(join(disk, path, '..'), { recursive: true }); writeFileSync(join(disk, path), text, { mode }) }
  mkdirSync(join(disk, 'root'), { recursive: true, mode: 0o700 })
  for (const path of varFolders) mkdirSync(join(disk, 'var', path), { recursive: true })
  mkdirSync(join(disk, 'etc/ssl'), { recursive: true })
  await must('ln', ['-s', '/run', join(disk, 'var/run')])
  await must('ln', ['-s', '/run/lock', join(disk, 'var/lock')])
  for (const path of fromMachine) if (existsSync(`/etc/${path}`)) await must('cp', ['-a', `/etc/${path}`, join(disk, 'etc', path)])
  // Not locked ('!'), since sshd refuses locked accounts, but without a password that would fit.
  write('etc/shadow', 'root:*:19000:0:99999:7:::\n', 0o600)
  write('etc/hostname', `${name}\n`)
  write('etc/resolv.conf', '')
  write('etc/machine-id', `${host.hostUuid.replaceAll('-', '')}\n`)
  write('etc/openvswitch/system-id.conf', `${host.hostUuid}\n`)
  write('etc/libvirt/libvirtd.conf', libvirtdConfig(host.hostUuid))
  write('etc/libvirt/qemu.conf', qemuConfig)
  write('etc/libvirt/virtlogd.conf', 'max_clients = 500\n')
  write('etc/libvirt/virtlockd.conf', 'max_clients = 500\n')
  write('etc/ssh/sshd_config', host.bare ? sshdConfig.replace('/etc/ssh/authorized_keys', '.ssh/authorized_keys') : sshdConfig)
  if (!host.bare) write('etc/ssh/authorized_keys', readFileSync(join(folder, 'keys/id_ed25519.pub'), 'utf8'), 0o600)
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(disk, 'etc/ssh/ssh_host_ed25519_key')])
}

/** Makes the key pair with which whoever owns the lab signs in to its hosts. */
export async function makeAccessKey(folder: string): Promise<void> {
  const path = join(folder, 'keys/id_ed25519')
  if (existsSync(path) && existsSync(`${path}.pub`)) return
  rmSync(path, { force: true })
  mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'kloudak-lab', '-f', path])
}
