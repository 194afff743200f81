import { GiB, MiB } from '../../server/model/units.ts'
import { vmLimits } from '../../server/model/vm.ts'
import { bytes } from './format.ts'

/** A size of VMs in the units that people type. A field for numbers that was emptied holds an empty text. */
export interface TypedSize { vcpus: number | string; memoryMiB: number | string; diskGiB: number | string }

interface Size { vcpus: number; memoryBytes: number; diskBytes: number }

const fields = {
  vcpus: { unit: 1, limits: vmLimits.vcpus, what: 'The number of vCPUs' },
  memoryMiB: { unit: MiB, limits: vmLimits.memoryBytes, what: 'Memory' },
  diskGiB: { unit: GiB, limits: vmLimits.diskBytes, what: 'The disk' },
}

/** What is wrong with one number of a size: null when it is right, or left out where that may be. */
export function sizeSays(field: keyof TypedSize, value: number | string, { needed = false } = {}): string | null {
  const { unit, limits: { min, max }, what } = fields[field]
  if (value === '' && !needed) return null
  const number = Number(value) * unit
  const show = unit === 1 ? String : bytes
  return value !== '' && number >= min && number <= max ? null : `${what} is from ${show(min)} to ${show(max)}.`
}

export const typedSize = ({ vcpus, memoryBytes, diskBytes }: Size): TypedSize => ({ vcpus, memoryMiB: memoryBytes / MiB, diskGiB: diskBytes / GiB })

const sized = (value: number | string, unit: number) => (value === '' ? undefined : Math.round(Number(value) * unit))

/** What the API takes; undefined for what is left out. */
export const sizeInput = ({ vcpus, memoryMiB, diskGiB }: TypedSize): { [Key in keyof Size]: number | undefined } => ({ vcpus: sized(vcpus, 1), memoryBytes: sized(memoryMiB, MiB), diskBytes: sized(diskGiB, GiB) })

/** The API's names of sizes in those of forms. */
export const sizeFields: Readonly<Record<string, keyof TypedSize>> = { vcpus: 'vcpus', memoryBytes: 'memoryMiB', diskBytes: 'diskGiB' }
