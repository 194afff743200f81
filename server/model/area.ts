import { KloudakError } from './errors.ts'

/** How often the vCPUs or the memory of a host may be promised. INVALID_INPUT unless it is from 1 to 100. */
export function checkOvercommit(value: number, field: string): number {
  if (Number.isFinite(value) && value >= 1 && value <= 100) return value
  throw new KloudakError('INVALID_INPUT', 'An overcommit lies between 1 and 100.', { field, remedy: '1 promises each host once, 4 four times.' })
}
