import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, until } from '../../lab/command.ts'
import { buildGuestImage, type GuestImage } from '../../lab/guest/image.ts'
import type { Lab } from '../../lab/lab.ts'
import { defaultImageFolder } from '../../lab/state.ts'
import { seedImage } from '../../server/hypervisor/seed/seed.ts'

/** The lab's small guest image; built once for all tests on this machine. */
export const guestImage = (): Promise<GuestImage> => buildGuestImage({ folder: defaultImageFolder() })

/** Halts as soon as it starts: cli, hlt, and again should anything wake it. */
const bootSector = Buffer.concat([Buffer.of(0xfa, 0xf4, 0xeb, 0xfd), Buffer.alloc(506), Buffer.of(0x55, 0xaa)])

/** For tests that need a machine and nothing of what runs in it: an emulated system that boots would take a whole processor. */
export async function restingImage(): Promise<GuestImage> {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-resting-'))
  const [raw, path] = [join(folder, 'raw'), join(folder, 'resting.qcow2')]
  // As large as the small guest: there is something to copy.
  writeFileSync(raw, Buffer.concat([bootSector, randomBytes(64 * 1024 ** 2 - bootSector.length)]))
  await must('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, path])
  rmSync(raw)
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })
  return { path, format: 'qcow2', sizeBytes: statSync(path).size, virtualSizeBytes: 64 * 1024 ** 2, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }
}

export interface GuestNic { mac: string; vlan: number; address: string }
export interface TestGuest { name: string; nic: GuestNic; hostname?: string; instanceId?: string; passwordHash?: string; keys?: string[]; userData?: string; memoryMiB?: number; translationCacheMiB?: number; diskGiB?: number }

/** A guest booted by virsh, as plain as can be: to test the lab and its image, not the product. */
export async function bootGuest(lab: Lab, host: number, image: GuestImage, guest: TestGuest): Promise<void> {
  const { poolPath } = lab.hosts[0]!
  copyFileSync(image.path, join(lab.poolFolder, `${guest.name}.qcow2`))
  await must('qemu-img', ['resize', '-q', join(lab.poolFolder, `${guest.name}.qcow2`), `${guest.diskGiB ?? 1}G`])
  writeTestSeed(lab, guest)
  const xml = `<domain type="qemu"><name>${guest.name}</name><memory unit="MiB">${guest.memoryMiB ?? 128}</memory><vcpu>1</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type><boot dev="hd"/></os><features><acpi/><tcg><tb-cache unit="MiB">${guest.translationCacheMiB ?? 32}</tb-cache></tcg></features>
    <on_reboot>restart</on_reboot><devices>
    <disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${poolPath}/${guest.name}.qcow2"/><target dev="vda" bus="virtio"/></disk>
    <disk type="file" device="cdrom"><driver name="qemu" type="raw"/><source file="${poolPath}/${guest.name}.iso"/><target dev="sda" bus="scsi"/><readonly/></disk>
    <controller type="scsi" model="virtio-scsi"/><rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
    <interface type="bridge"><mac address="${guest.nic.mac}"/><source bridge="private-br"/><virtualport type="openvswitch"/><vlan><tag id="${guest.nic.vlan}"/></vlan><model type="virtio"/></interface>
    <serial type="pty"><log file="/var/log/libvirt/qemu/${guest.name}.serial" append="off"/></serial><console type="pty"/>
    <channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>
    <graphics type="vnc"><listen type="socket"/></graphics><video><model type="vga"/></video></devices></domain>`
  await virsh(lab, host, ['define', '/dev/stdin'], xml)
  await virsh(lab, host, ['start', guest.name])
}

/** The seed that the guest of this name finds when it starts next. */
export function writeTestSeed(lab: Lab, { name, nic, hostname = name, instanceId = `iid-${name}`, passwordHash, keys = [], userData }: TestGuest): void {
  writeFileSync(join(lab.poolFolder, `${name}.iso`), seedImage({
    instanceId, hostname, domain: undefined, passwordHash, sshKeys: keys, userData,
    interfaces: [{ name: 'eth0', mac: nic.mac, addresses: [nic.address], gateways: [], nameservers: ['10.9.0.53'], searchDomains: [] }],
  }))
}

/** Runs virsh on a host, which must succeed; gives what it printed. */
export async function virsh(lab: Lab, host: number, args: readonly string[], input?: string): Promise<string> {
  // virsh opens the file it is given, which a socket, as which a pipe of Node's comes, does not allow: hence cat.
  const argv = input === undefined ? ['virsh', '-q', ...args] : ['sh', '-c', 'cat | virsh -q "$@"', 'sh', ...args]
  const outcome = await lab.exec(host, argv, { input })
  if (outcome.code !== 0) throw new Error(`virsh ${args.join(' ')}: ${outcome.stderr}`)
  return outcome.stdout.trim()
}

/** What a guest has printed on its serial console so far. */
export async function serialOutput(lab: Lab, host: number, name: string): Promise<string> {
  return (await lab.exec(host, ['cat', `/var/log/libvirt/qemu/${name}.serial`])).stdout
}

export async function waitForLogin(lab: Lab, host: number, name: string): Promise<void> {
  await until(`the login prompt of ${name}`, async () => (await serialOutput(lab, host, name)).includes('login: '), 180_000, 200)
}
