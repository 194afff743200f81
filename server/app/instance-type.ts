import { InstanceType } from '../db/entities/catalogue.ts'
import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkSize } from '../model/machine-size.ts'
import type { MachineSize } from '../model/machine-size.ts'
import { checkDescription, checkName } from '../model/names.ts'
import { labelColumns } from '../model/placement/labels.ts'
import type { LabelsInput } from '../model/placement/labels.ts'
import { act } from './act.ts'
import { lockEntry } from './catalogue.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { planVisibility, writeVisibility } from './visibility.ts'
import type { VisibilityInput } from './visibility.ts'

export interface InstanceTypeInput extends VisibilityInput, LabelsInput {
  name?: string | null | undefined
  description?: string | null | undefined
  vcpus?: number | null | undefined
  memoryBytes?: number | null | undefined
  diskBytes?: number | null | undefined
}

function columnsOf(input: InstanceTypeInput) {
  const { name, description, vcpus, memoryBytes, diskBytes } = input
  checkSize(input)
  return {
    ...(name == null ? {} : { name: checkName(name) }),
    ...(description == null ? {} : { description: checkDescription(description) }),
    ...(vcpus == null ? {} : { vcpus }),
    ...(memoryBytes == null ? {} : { memoryBytes }),
    ...(diskBytes == null ? {} : { diskBytes }),
    ...labelColumns(input),
  }
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'instance_type_name_key') throw error
  throw new KloudakError('CONFLICT', 'An instance type of this name exists.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

/** CONFLICT when the name is taken. */
export async function createInstanceType(context: AppContext, input: InstanceTypeInput & MachineSize & Asked & { name: string }): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createInstanceType', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    const visibility = planVisibility(input)
    const { name, vcpus, memoryBytes, diskBytes } = input
    await act.em.insert(InstanceType, { name, vcpus, memoryBytes, diskBytes, ...columnsOf(input), id }).catch(nameTaken)
    if (visibility) await writeVisibility(act.em, 'instance_type', id, visibility)
    act.object = { type: 'instance_type', id, name: checkName(name) }
    act.plan.step(`The instance type ${name} is offered.`)
    return { taskId: null }
  })
}

/** Changes what is given, for VMs that are made from now on: those that exist stay as they are. */
export async function updateInstanceType(context: AppContext, input: InstanceTypeInput & Asked & { instanceTypeId: string }): Promise<Done> {
  const { instanceTypeId: id } = input
  return act(context, { method: 'updateInstanceType', input, objectId: id }, async (act) => {
    const { name } = await lockEntry(act, 'instance_type', id)
    const visibility = planVisibility(input)
    const change = columnsOf(input)
    if (Object.keys(change).length > 0) await kyselyOf(act.em).updateTable('instance_type').set(change).where('id', '=', id).execute().catch(nameTaken)
    if (visibility) await writeVisibility(act.em, 'instance_type', id, visibility)
    act.plan.step(`The instance type ${name} is changed for VMs that are made from now on.`)
    return { taskId: null }
  })
}
