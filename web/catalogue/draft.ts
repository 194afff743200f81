import { checkLabels } from '../../server/model/host-input.ts'
import { checkGuestInterface } from '../../server/model/machine-size.ts'
import { checkDescription, checkName } from '../../server/model/names.ts'
import type { CloneMode, CreateTemplateInput, ImageShownFragment, InstanceTypeLiveFragment, TemplateLiveFragment } from '../gql/graphql.ts'
import { said } from '../lib/rules.ts'
import { sizeFields, sizeInput, sizeSays, typedSize } from '../lib/sizes.ts'
import type { TypedSize } from '../lib/sizes.ts'

/** Who may use what is offered, as forms know it. */
export interface Visible { isPublic: boolean; workspaceIds: string[] }

/** What a template and an instance type have in common. */
export interface SizedDraft extends TypedSize, Visible { name: string; description: string; requiredLabels: string[]; avoidedLabels: string[] }

export interface TemplateDraft extends SizedDraft { os: string; imageId: string; imageVersion: string; guestInterface: string; cloneMode: CloneMode }

export interface ImageDraft extends Visible { name: string; os: string }

export const newSize: SizedDraft = { name: '', description: '', vcpus: 1, memoryMiB: 1024, diskGiB: 10, requiredLabels: [], avoidedLabels: [], isPublic: true, workspaceIds: [] }
export const newTemplate: TemplateDraft = { ...newSize, os: '', imageId: '', imageVersion: '', guestInterface: 'eth0', cloneMode: 'LINKED' }

const visibleOf = ({ isPublic, workspaces }: { isPublic: boolean; workspaces: readonly { id: string }[] | null }): Visible => ({ isPublic, workspaceIds: (workspaces ?? []).map(({ id }) => id) })

export function sizedDraftOf(entry: InstanceTypeLiveFragment | TemplateLiveFragment): SizedDraft {
  const { name, description, vcpus, size, diskBytes, requiredLabels, avoidedLabels } = entry
  return { name, description, ...typedSize({ vcpus, memoryBytes: size, diskBytes }), requiredLabels: requiredLabels ?? [], avoidedLabels: avoidedLabels ?? [], ...visibleOf(entry) }
}

export const templateDraftOf = (template: TemplateLiveFragment): TemplateDraft =>
  ({ ...sizedDraftOf(template), os: template.system, imageId: template.image?.id ?? '', imageVersion: String(template.imageVersion), guestInterface: template.guestInterface, cloneMode: template.cloneMode })

export const imageDraftOf = (image: ImageShownFragment): ImageDraft => ({ name: image.name, os: image.system, ...visibleOf(image) })

const name = (value: string) => said(() => checkName(value.trim()))
const size = (field: keyof TypedSize) => (value: number | string) => sizeSays(field, value, { needed: true })
/** What is kept from everybody is for somebody. */
const workspaceIds = (ids: string[], { isPublic }: Visible) => (isPublic || ids.length > 0 ? null : 'Choose a workspace, or offer it to everybody.')

/** What is wrong with a draft, by the rules that the API goes by; the API has the last word. */
export const sizedRules = {
  name,
  description: (value: string) => said(() => checkDescription(value)),
  vcpus: size('vcpus'),
  memoryMiB: size('memoryMiB'),
  diskGiB: size('diskGiB'),
  requiredLabels: (labels: string[]) => said(() => checkLabels(labels, 'requiredLabels')),
  avoidedLabels: (labels: string[], { requiredLabels }: SizedDraft) => { const both = labels.find((label) => requiredLabels.includes(label)); return both === undefined ? said(() => checkLabels(labels, 'avoidedLabels')) : `The label ${both} cannot be asked for and avoided at once.` },
  workspaceIds,
}
export const templateRules = {
  ...sizedRules,
  os: name,
  imageId: (id: string) => (id ? null : 'Choose an image.'),
  guestInterface: (value: string) => said(() => checkGuestInterface(value.trim())),
}
export const imageRules = { name, os: name, workspaceIds }

const visibleInput = ({ isPublic, workspaceIds }: Visible) => (isPublic ? { isPublic } : { workspaceIds })

/** The input for a draft that the rules let pass. */
export function sizedInput(draft: SizedDraft) {
  const { vcpus, memoryBytes, diskBytes } = sizeInput(draft)
  return { name: draft.name.trim(), description: draft.description, vcpus: vcpus!, memoryBytes: memoryBytes!, diskBytes: diskBytes!, requiredLabels: draft.requiredLabels, avoidedLabels: draft.avoidedLabels, ...visibleInput(draft) }
}

/** Of a template that exists, its image is only sent when it shall have another: one that is retired goes on for it. */
export function templateInput(draft: TemplateDraft, before?: TemplateLiveFragment): Omit<CreateTemplateInput, 'imageId'> & { imageId?: string } {
  const isSame = before !== undefined && draft.imageId === before.image?.id && draft.imageVersion === String(before.imageVersion)
  return { ...sizedInput(draft), os: draft.os.trim(), guestInterface: draft.guestInterface.trim(), cloneMode: draft.cloneMode, ...(isSame ? {} : { imageId: draft.imageId, imageVersion: draft.imageVersion ? Number(draft.imageVersion) : undefined }) }
}

export const imageInput = (draft: ImageDraft) => ({ name: draft.name.trim(), os: draft.os.trim(), ...visibleInput(draft) })

/** The form's field for an input field at fault. */
export function fieldOf(path: string | null | undefined): string | null {
  const [first = ''] = path?.split('.') ?? []
  return sizeFields[first] ?? (first || null)
}
