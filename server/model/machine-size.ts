import { KloudakError } from './errors.ts'
import { formatBytes, MiB } from './units.ts'
import { vmLimits } from './vm.ts'

/** What a template or an instance type gives a VM. */
export interface MachineSize { vcpus: number; memoryBytes: number; diskBytes: number }

/** INVALID_INPUT for a number outside of what VMs can have, or memory that is not whole MiB. What is left out is not looked at. */
export function checkSize({ vcpus, memoryBytes, diskBytes }: { [Key in keyof MachineSize]?: number | null | undefined }): void {
  if (vcpus != null) within('vcpus', vcpus, vmLimits.vcpus, String)
  if (memoryBytes != null) {
    within('memoryBytes', memoryBytes, vmLimits.memoryBytes, formatBytes)
    if (memoryBytes % MiB !== 0) throw new KloudakError('INVALID_INPUT', 'Memory comes in whole MiB.', { field: 'memoryBytes', remedy: `Ask for ${formatBytes(Math.ceil(memoryBytes / MiB) * MiB)}.` })
  }
  if (diskBytes != null) within('diskBytes', diskBytes, vmLimits.diskBytes, formatBytes)
}

function within(field: string, value: number, { min, max }: { min: number; max: number }, show: (value: number) => string): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new KloudakError('INVALID_INPUT', `${field} lies between ${show(min)} and ${show(max)}.`, { field })
}

/** What a guest calls a network interface: as the Linux kernel takes it. */
export function checkGuestInterface(value: string, field = 'guestInterface'): string {
  if (/^[a-z][a-z0-9._-]{0,14}$/i.test(value)) return value
  throw new KloudakError('INVALID_INPUT', 'An interface name has 1 to 15 letters, digits, dots, hyphens and underscores, and begins with a letter.', { field, remedy: 'For example eth0 or enp1s0.' })
}
