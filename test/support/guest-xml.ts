// The smallest domain that really runs: firmware and nothing to boot, under software emulation.

/** `devices` is more XML for the devices element. */
export function firmwareGuest(name: string, devices = ''): string {
  return `<domain type="qemu"><name>${name}</name><memory unit="MiB">64</memory><vcpu>1</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type><bios useserial="yes"/></os>
    <cpu mode="custom" match="exact"><model>qemu64</model></cpu>
    <devices><serial type="pty"/><memballoon model="virtio"/>${devices}</devices></domain>`
}
