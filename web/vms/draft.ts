import { requireIp } from '../../server/model/address.ts'
import { checkGuestPassword, checkSshKey } from '../../server/model/guest-access.ts'
import { checkDescription, checkName } from '../../server/model/names.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { vmLimits } from '../../server/model/vm.ts'
import type { CreateVmInput, VmChoicesQuery } from '../gql/graphql.ts'
import { bytes } from '../lib/format.ts'
import { said } from '../lib/rules.ts'

/** A VM as the form knows it: sizes in the units that people type, empty text for what is left out. */
export interface Draft {
  name: string
  description: string
  templateId: string
  vcpus: number | string
  memoryMiB: number | string
  diskGiB: number | string
  interfaces: { networkId: string; ip: string }[]
  password: string
  sshKeys: string
  generateSshKey: boolean
  affinityGroupIds: string[]
}

export const initialDraft: Draft = { name: '', description: '', templateId: '', vcpus: '', memoryMiB: '', diskGiB: '', interfaces: [{ networkId: '', ip: '' }], password: '', sshKeys: '', generateSshKey: false, affinityGroupIds: [] }

export type Template = VmChoicesQuery['templates']['edges'][number]['node']

/** A draft's share that comes from its template. */
export function sizesOf(template: Template | undefined): Partial<Draft> {
  return template ? { templateId: template.id, vcpus: template.vcpus, memoryMiB: template.memoryBytes / MiB, diskGiB: template.diskBytes / GiB } : {}
}

const keysOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)

function range(value: number | string, unit: number, { min, max }: { min: number; max: number }, what: string): string | null {
  if (value === '') return null
  const number = Number(value) * unit
  const show = unit === 1 ? String : bytes
  return number >= min && number <= max ? null : `${what} is from ${show(min)} to ${show(max)}.`
}

/** What is wrong with a draft, by the rules that the API goes by; the API has the last word. */
export function rulesOf(draft: Draft): Record<string, string | null> {
  const errors: Record<string, string | null> = {
    name: said(() => checkName(draft.name.trim())),
    description: said(() => checkDescription(draft.description)),
    templateId: draft.templateId ? null : 'Choose a template.',
    vcpus: range(draft.vcpus, 1, vmLimits.vcpus, 'The number of vCPUs'),
    memoryMiB: range(draft.memoryMiB, MiB, vmLimits.memoryBytes, 'Memory'),
    diskGiB: range(draft.diskGiB, GiB, vmLimits.diskBytes, 'The disk'),
    password: draft.password ? said(() => checkGuestPassword(draft.password)) : null,
    sshKeys: keysOf(draft.sshKeys).map((key, index) => { const text = said(() => checkSshKey(key)); return text && `Line ${index + 1}: ${text}` }).find(Boolean) ?? null,
  }
  for (const [index, { networkId, ip }] of draft.interfaces.entries()) {
    errors[`interfaces.${index}.networkId`] = networkId ? null : 'Choose a network, or remove this interface.'
    errors[`interfaces.${index}.ip`] = ip.trim() ? said(() => requireIp(ip.trim(), 'ip')) : null
  }
  return errors
}

/** The input of `createVm` for a draft that the rules let pass. */
export function inputOf(draft: Draft, workspaceId: string): CreateVmInput {
  const sized = (value: number | string, unit: number) => (value === '' ? undefined : Math.round(Number(value) * unit))
  return {
    workspaceId,
    name: draft.name.trim(),
    description: draft.description,
    templateId: draft.templateId,
    vcpus: sized(draft.vcpus, 1),
    memoryBytes: sized(draft.memoryMiB, MiB),
    diskBytes: sized(draft.diskGiB, GiB),
    interfaces: draft.interfaces.map(({ networkId, ip }) => ({ networkId, ip: ip.trim() || undefined })),
    password: draft.password || undefined,
    sshKeys: keysOf(draft.sshKeys),
    generateSshKey: draft.generateSshKey || undefined,
    affinityGroupIds: draft.affinityGroupIds,
  }
}

const renamed: Record<string, keyof Draft> = { memoryBytes: 'memoryMiB', diskBytes: 'diskGiB' }

/** The form's field for an input field at fault; undefined when the form has none for it. */
export function fieldOf(path: string): string | undefined {
  const interfaceField = /^interfaces\.\d+\.(networkId|ip)$/.exec(path)
  if (interfaceField) return path
  const [first = ''] = path.split('.')
  const name = renamed[first] ?? first
  return name in initialDraft && name !== 'interfaces' ? name : undefined
}
