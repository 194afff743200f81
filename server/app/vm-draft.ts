import { KloudakError } from '../model/errors.ts'
import { checkGuestPassword, checkSshKey } from '../model/guest-access.ts'
import { checkSize } from '../model/machine-size.ts'
import { checkDescription, checkHostname, checkName, hostnameFrom } from '../model/names.ts'
import { labelColumns } from '../model/placement/labels.ts'
import { checkUserData } from '../model/user-data.ts'
import { vmLimits } from '../model/vm.ts'
import type { Asked } from './context.ts'
import { checkGroups } from './vm-groups.ts'
import { chooseSource } from './vm-origin.ts'
import type { VmSource } from './vm-origin.ts'

export interface CreateVmInput extends Asked {
  workspaceId: string
  name: string
  description?: string | null | undefined
  /** What it is made from: a template, or an instance type and an image. */
  templateId?: string | null | undefined
  instanceTypeId?: string | null | undefined
  imageId?: string | null | undefined
  /** Where it shall live; without it, where its networks are, or wherever there is room. */
  areaId?: string | null | undefined
  hostname?: string | null | undefined
  interfaces?: readonly { networkId: string; ip?: string | null | undefined }[] | null | undefined
  password?: string | null | undefined
  sshKeys?: readonly string[] | null | undefined
  /** Makes a key pair: the public half goes to the guest, the private one is told once. */
  generateSshKey?: boolean | null | undefined
  vcpus?: number | null | undefined
  memoryBytes?: number | null | undefined
  diskBytes?: number | null | undefined
  userData?: string | null | undefined
  affinityGroupIds?: readonly string[] | null | undefined
  /** Of hosts, beside those of the template or instance type. For superusers. */
  requiredLabels?: readonly string[] | null | undefined
  avoidedLabels?: readonly string[] | null | undefined
}

/** The input once its own rules hold; what only the database knows is checked in the transaction. */
export interface VmDraft {
  source: VmSource
  name: string
  description: string
  hostname: string
  interfaces: { networkId: string; ip: string | undefined }[]
  password: string | undefined
  sshKeys: string[]
  userData: string | undefined
  affinityGroupIds: string[]
  requiredLabels: string[]
  avoidedLabels: string[]
}

/** INVALID_INPUT with the field at fault. */
export function draftVm(input: CreateVmInput): VmDraft {
  const name = checkName(input.name)
  const source = chooseSource(input)
  const interfaces = input.interfaces ?? []
  const sshKeys = input.sshKeys ?? []
  if (interfaces.length > vmLimits.interfaces.max) throw new KloudakError('INVALID_INPUT', `A VM has at most ${vmLimits.interfaces.max} interfaces.`, { field: 'interfaces' })
  if (sshKeys.length + Number(input.generateSshKey === true) > vmLimits.sshKeys.max) throw new KloudakError('INVALID_INPUT', `A VM is given at most ${vmLimits.sshKeys.max} SSH keys.`, { field: 'sshKeys' })
  checkSize(input)
  return {
    source,
    name,
    description: checkDescription(input.description ?? ''),
    hostname: input.hostname == null ? hostnameFrom(name) : checkHostname(input.hostname),
    interfaces: interfaces.map(({ networkId, ip }) => ({ networkId, ip: ip ?? undefined })),
    password: input.password == null ? undefined : checkGuestPassword(input.password),
    sshKeys: sshKeys.map((key, index) => checkSshKey(key, `sshKeys.${index}`)),
    userData: input.userData == null ? undefined : checkUserData(input.userData),
    affinityGroupIds: checkGroups(input.affinityGroupIds ?? []),
    requiredLabels: [], avoidedLabels: [], ...labelColumns(input),
  }
}
