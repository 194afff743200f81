import { KloudakError } from '../errors.ts'
import { checkLabels } from '../host-input.ts'

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
