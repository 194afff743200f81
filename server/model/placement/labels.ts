import { KloudakError } from '../errors.ts'

/** Labels on one host, or asked for by one VM. */
const most = 32
const form = /^[a-z0-9]([a-z0-9._=/-]{0,61}[a-z0-9])?$/

/** Words for hosts, such as `ssd` or `rack=b4`: each once, in order. INVALID_INPUT with the field at fault. */
export function checkLabels(labels: readonly string[], field: string): string[] {
  if (labels.length > most) throw new KloudakError('INVALID_INPUT', `There are at most ${most} labels.`, { field })
  const wrong = labels.findIndex((label) => !form.test(label))
  if (wrong >= 0) throw new KloudakError('INVALID_INPUT', 'A label has 1 to 63 lower-case letters, digits and . _ = / -, the first and last a letter or digit.', { field: `${field}.${wrong}`, remedy: 'Write it as in ssd or rack=b4.' })
  return [...new Set(labels)].sort()
}

export interface LabelsInput { requiredLabels?: readonly string[] | null | undefined; avoidedLabels?: readonly string[] | null | undefined }

/** The columns that the input sets. No host has a label that is asked for and avoided at once: INVALID_INPUT. */
export function labelColumns({ requiredLabels, avoidedLabels }: LabelsInput): { requiredLabels?: string[]; avoidedLabels?: string[] } {
  const both = requiredLabels?.find((label) => avoidedLabels?.includes(label))
  if (both !== undefined) throw new KloudakError('INVALID_INPUT', `The label ${both} cannot be asked for and avoided at once.`, { field: 'avoidedLabels' })
  return {
    ...(requiredLabels == null ? {} : { requiredLabels: checkLabels(requiredLabels, 'requiredLabels') }),
    ...(avoidedLabels == null ? {} : { avoidedLabels: checkLabels(avoidedLabels, 'avoidedLabels') }),
  }
}
