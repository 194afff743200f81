import type { DiskSpec, InterfaceSpec, VmSpec } from '../driver.ts'
import { diskSource } from './disk-source.ts'
import type { XmlElement } from './xml.ts'
import { element, writeXml } from './xml.ts'

/** Namespaces of our own elements in a domain's metadata: whose domain it is, and whether it waits for its first instruction. */
export const ownerUri = 'urn:kloudak:owner:1'
export const heldUri = 'urn:kloudak:held:1'

/** Free slots that stay for devices attached later (decision 15): a running guest's bus cannot grow. */
const spareRootPorts = 8
/** Enough for a guest's working set; the default takes an eighth of the machine for each emulated guest. */
const emulatedCodeCacheMiB = 32

/** The domain's name: one that no one else makes, and the same for ever. */
export function domainName(domainUuid: string): string {
  return `kloudak-${domainUuid}`
}

/** The domain's definition. `name` is given for a domain that has another one already, for a name cannot be changed by defining. */
export function domainXml(spec: VmSpec, name = domainName(spec.domainUuid)): string {
  return writeXml(element('domain', { type: spec.domainType },
    element('name', {}, name),
    element('uuid', {}, spec.domainUuid),
    // An empty title is refused.
    spec.title !== '' && element('title', {}, spec.title),
    spec.description !== '' && element('description', {}, spec.description),
    element('metadata', {}, ownerElement(spec.owner), element('kloudak:held', { 'xmlns:kloudak': heldUri })),
    element('memory', { unit: 'b' }, String(spec.memoryBytes)),
    element('vcpu', {}, String(spec.vcpus)),
    element('os', {}, element('type', { arch: spec.architecture, machine: spec.machineType }, 'hvm')),
    element('features', {}, element('acpi'), element('apic'), spec.domainType === 'qemu' && element('tcg', {}, element('tb-cache', { unit: 'MiB' }, String(emulatedCodeCacheMiB)))),
    // A host without the model refuses to start the guest: a guest must never see its processor change.
    element('cpu', { mode: 'custom', match: 'exact', check: 'partial' }, element('model', { fallback: 'forbid' }, spec.cpuModel)),
    element('clock', { offset: 'utc' }, element('timer', { name: 'rtc', tickpolicy: 'catchup' }), element('timer', { name: 'pit', tickpolicy: 'delay' }), element('timer', { name: 'hpet', present: 'no' })),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    // There is no panic device: what a panic does is the guest's own choice. When QEMU itself reports a crash, the evidence stays.
    element('on_crash', {}, 'preserve'),
    element('pm', {}, element('suspend-to-mem', { enabled: 'no' }), element('suspend-to-disk', { enabled: 'no' })),
    element('devices', {},
      element('emulator', {}, spec.emulator),
      spec.disks.map(diskElement),
      spec.seed && seedElement(spec.seed),
      controllers(spec),
      spec.interfaces.map((card) => interfaceElement(card)),
      element('serial', { type: 'pty' }, element('target', { type: 'isa-serial', port: 0 })),
      element('console', { type: 'pty' }, element('target', { type: 'serial', port: 0 })),
      element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
      // Absolute coordinates: without it the pointer in a viewer and the guest's drift apart.
      element('input', { type: 'tablet', bus: 'usb' }),
      element('graphics', { type: 'vnc' }, element('listen', { type: 'socket' })),
      element('video', {}, element('model', { type: 'vga', primary: 'yes' })),
      element('memballoon', { model: 'virtio' }, element('stats', { period: 10 })),
      element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
    ),
  ))
}

export function ownerElement({ installationId, generation, vmId }: VmSpec['owner']): XmlElement {
  return element('kloudak:owner', { 'xmlns:kloudak': ownerUri, installation: installationId, generation, vm: vmId })
}

/** The same without its namespace, as libvirt takes it when it is written alone. */
export function stampElement({ installationId, generation, vmId }: VmSpec['owner']): XmlElement {
  return element('owner', { installation: installationId, generation, vm: vmId })
}

/** `vda`, `vdb`... `vdz`, `vdaa`. */
export function diskTarget(index: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  return index < 26 ? `vd${letters[index]}` : `${diskTarget(Math.floor(index / 26) - 1)}${letters[index % 26]}`
}

function diskElement(disk: DiskSpec, index: number): XmlElement {
  const { type, source } = diskSource(disk)
  return element('disk', { type, device: 'disk' },
    // Past the host's page cache: a guest's flush reaches the storage, and another host reads what this one wrote.
    element('driver', { name: 'qemu', type: disk.format, cache: 'none', discard: 'unmap' }),
    source,
    element('target', { dev: diskTarget(index), bus: 'virtio' }),
    index === 0 && element('boot', { order: 1 }))
}

/** On virtio-scsi, not SATA: cloud kernels have no AHCI. */
function seedElement(seed: DiskSpec): XmlElement {
  const { type, source } = diskSource(seed)
  return element('disk', { type, device: 'cdrom' },
    element('driver', { name: 'qemu', type: seed.format }),
    source,
    element('target', { dev: 'sda', bus: 'scsi' }),
    element('readonly'))
}

function controllers({ disks, interfaces }: VmSpec): XmlElement[] {
  // SCSI, USB, serial channel, balloon and rng take one port each, as does every disk and network card.
  const ports = disks.length + interfaces.length + 5 + spareRootPorts
  return [
    element('controller', { type: 'scsi', index: 0, model: 'virtio-scsi' }),
    element('controller', { type: 'usb', index: 0, model: 'qemu-xhci' }),
    element('controller', { type: 'pci', index: 0, model: 'pcie-root' }),
    ...Array.from({ length: ports }, (_, port) => element('controller', { type: 'pci', index: port + 1, model: 'pcie-root-port' })),
  ]
}

export function interfaceElement({ mac, bridge, vlan, portId }: InterfaceSpec): XmlElement {
  return element('interface', { type: 'bridge' },
    element('mac', { address: mac }),
    element('source', { bridge }),
    vlan !== undefined && element('vlan', {}, element('tag', { id: vlan })),
    element('virtualport', { type: 'openvswitch' }, element('parameters', { interfaceid: portId })),
    element('model', { type: 'virtio' }))
}
