import { KloudakError } from '../model/errors.ts'
import { checkGuestPassword, checkSshKey } from '../model/guest-access.ts'
import { checkDescription, checkHostname, checkName, hostnameFrom } from '../model/names.ts'
import { formatBytes, MiB } from '../model/units.ts'
import { checkUserData } from '../model/user-data.ts'
import { vmLimits } from '../model/vm.ts'
import type { Asked } from './context.ts'

export interface CreateVmInput extends Asked {
  workspaceId: string
  name: string
  description?: string | null | undefined
  templateId: string
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
}

/** The input once its own rules hold; what only the database knows is checked in the transaction. */
export interface VmDraft {
  name: string
  description: string
  hostname: string
  interfaces: { networkId: string; ip: string | undefined }[]
  password: string | undefined
  sshKeys: string[]
  userData: string | undefined
}

/** INVALID_INPUT with the field at fault. */
export function draftVm(input: CreateVmInput): VmDraft {
  const name = checkName(input.name)
  const interfaces = input.interfaces ?? []
  const sshKeys = input.sshKeys ?? []
  if (interfaces.length > vmLimits.interfaces.max) throw new KloudakError('INVALID_INPUT', `A VM has at most ${vmLimits.interfaces.max} interfaces.`, { field: 'interfaces' })
  if (sshKeys.length + Number(input.generateSshKey === true) > vmLimits.sshKeys.max) throw new KloudakError('INVALID_INPUT', `A VM is given at most ${vmLimits.sshKeys.max} SSH keys.`, { field: 'sshKeys' })
  if (input.vcpus != null) within('vcpus', input.vcpus, vmLimits.vcpus, String)
  if (input.memoryBytes != null) checkMemory(input.memoryBytes)
  if (input.diskBytes != null) within('diskBytes', input.diskBytes, vmLimits.diskBytes, formatBytes)
  return {
    name,
    description: checkDescription(input.description ?? ''),
    hostname: input.hostname == null ? hostnameFrom(name) : checkHostname(input.hostname),
    interfaces: interfaces.map(({ networkId, ip }) => ({ networkId, ip: ip ?? undefined })),
    password: input.password == null ? undefined : checkGuestPassword(input.password),
    sshKeys: sshKeys.map((key, index) => checkSshKey(key, `sshKeys.${index}`)),
    userData: input.userData == null ? undefined : checkUserData(input.userData),
  }
}

function within(field: string, value: number, { min, max }: { min: number; max: number }, show: (value: number) => string): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new KloudakError('INVALID_INPUT', `${field} lies between ${show(min)} and ${show(max)}.`, { field })
}

function checkMemory(memoryBytes: number): void {
  within('memoryBytes', memoryBytes, vmLimits.memoryBytes, formatBytes)
  if (memoryBytes % MiB !== 0) throw new KloudakError('INVALID_INPUT', 'Memory comes in whole MiB.', { field: 'memoryBytes', remedy: `Ask for ${formatBytes(Math.ceil(memoryBytes / MiB) * MiB)}.` })
}
