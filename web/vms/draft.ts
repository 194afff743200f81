import { requireIp } from '../../server/model/address.ts'
import { checkGuestPassword, checkSshKey } from '../../server/model/guest-access.ts'
import { checkDescription, checkName } from '../../server/model/names.ts'
import type { CreateVmInput, VmChoicesQuery } from '../gql/graphql.ts'
import { said } from '../lib/rules.ts'
import { sizeFields, sizeInput, sizeSays, typedSize } from '../lib/sizes.ts'
import type { TypedSize } from '../lib/sizes.ts'

/** A VM as the form knows it: sizes in the units that people type, empty text for what is left out. */
export interface Draft extends TypedSize {
  name: string
  description: string
  /** Whether it is made from a template, or from an image with an instance type. */
  source: 'template' | 'image'
  templateId: string
  imageId: string
  instanceTypeId: string
  interfaces: { networkId: string; ip: string }[]
  password: string
  sshKeys: string
  generateSshKey: boolean
  affinityGroupIds: string[]
}

export const initialDraft: Draft = {
  name: '', description: '', source: 'template', templateId: '', imageId: '', instanceTypeId: '', vcpus: '', memoryMiB: '', diskGiB: '', interfaces: [{ networkId: '', ip: '' }], password: '', sshKeys: '', generateSshKey: false, affinityGroupIds: [],
}

type NodeOf<List extends keyof VmChoicesQuery> = VmChoicesQuery[List] extends { edges: { node: infer Node }[] } ? Node : never
export type Template = NodeOf<'templates'>
export type Image = NodeOf<'images'>
export type InstanceType = NodeOf<'instanceTypes'>

/** A draft's share that comes from its template. */
export const sizesOf = (template: Template | undefined): Partial<Draft> => (template ? { templateId: template.id, ...typedSize(template) } : {})

/** A draft's share that comes from its instance type; an image that is larger than its disk makes that as large as itself. */
export function sizesOfType(type: InstanceType | undefined, image: Image | undefined): Partial<Draft> {
  if (!type) return {}
  return { instanceTypeId: type.id, ...typedSize({ ...type, diskBytes: Math.max(type.diskBytes, image?.versions[0]?.virtualSizeBytes ?? 0) }) }
}

const keysOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)

/** What is wrong with a draft, by the rules that the API goes by; the API has the last word. */
export function rulesOf(draft: Draft): Record<string, string | null> {
  const isOfImage = draft.source === 'image'
  const errors: Record<string, string | null> = {
    name: said(() => checkName(draft.name.trim())),
    description: said(() => checkDescription(draft.description)),
    templateId: isOfImage || draft.templateId ? null : 'Choose a template.',
    imageId: !isOfImage || draft.imageId ? null : 'Choose an image.',
    instanceTypeId: !isOfImage || draft.instanceTypeId ? null : 'Choose an instance type.',
    vcpus: sizeSays('vcpus', draft.vcpus),
    memoryMiB: sizeSays('memoryMiB', draft.memoryMiB),
    diskGiB: sizeSays('diskGiB', draft.diskGiB),
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
  return {
    workspaceId,
    name: draft.name.trim(),
    description: draft.description,
    ...(draft.source === 'image' ? { imageId: draft.imageId, instanceTypeId: draft.instanceTypeId } : { templateId: draft.templateId }),
    ...sizeInput(draft),
    interfaces: draft.interfaces.map(({ networkId, ip }) => ({ networkId, ip: ip.trim() || undefined })),
    password: draft.password || undefined,
    sshKeys: keysOf(draft.sshKeys),
    generateSshKey: draft.generateSshKey || undefined,
    affinityGroupIds: draft.affinityGroupIds,
  }
}

/** The form's field for an input field at fault; undefined when the form has none for it. */
export function fieldOf(path: string): string | undefined {
  const interfaceField = /^interfaces\.\d+\.(networkId|ip)$/.exec(path)
  if (interfaceField) return path
  const [first = ''] = path.split('.')
  const name = sizeFields[first] ?? first
  return name in initialDraft && name !== 'interfaces' ? name : undefined
}
