import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB, MiB } from '../../server/model/units.ts'
import { fieldOf, initialDraft, inputOf, rulesOf, sizesOf, sizesOfType } from './draft.ts'
import type { Image, InstanceType, Template } from './draft.ts'

const template: Template = { id: 't', name: 'Debian', description: '', os: 'Debian', vcpus: 2, memoryBytes: 512 * MiB, diskBytes: 4 * GiB }
const type: InstanceType = { id: 's', name: 'small', vcpus: 1, memoryBytes: 256 * MiB, diskBytes: GiB }
const image = (virtualSizeBytes: number): Image => ({ id: 'i', name: 'debian', os: 'Debian', versions: [{ virtualSizeBytes }] })
const draft = { ...initialDraft, name: 'web-1', interfaces: [] }

test('a VM is made from a template, or from an image with an instance type: never from both', () => {
  const both = { ...draft, templateId: 't', imageId: 'i', instanceTypeId: 's' }
  const of = ({ templateId, imageId, instanceTypeId }: ReturnType<typeof inputOf>) => ({ templateId, imageId, instanceTypeId })
  assert.deepEqual(of(inputOf(both, 'w')), { templateId: 't', imageId: undefined, instanceTypeId: undefined })
  assert.deepEqual(of(inputOf({ ...both, source: 'image' }, 'w')), { templateId: undefined, imageId: 'i', instanceTypeId: 's' })
  const missing = (errors: Record<string, string | null>) => Object.entries(errors).filter(([, text]) => text !== null).map(([field]) => field)
  assert.deepEqual(missing(rulesOf(draft)), ['templateId'])
  assert.deepEqual(missing(rulesOf({ ...draft, source: 'image' })), ['imageId', 'instanceTypeId'])
})

test('sizes come from what is chosen, and an image that is larger than the disk of its instance type makes that as large', () => {
  assert.deepEqual(sizesOf(template), { templateId: 't', vcpus: 2, memoryMiB: 512, diskGiB: 4 })
  assert.deepEqual(sizesOfType(type, undefined), { instanceTypeId: 's', vcpus: 1, memoryMiB: 256, diskGiB: 1 })
  assert.equal(sizesOfType(type, image(3 * GiB)).diskGiB, 3)
  assert.equal(sizesOfType(type, image(MiB)).diskGiB, 1)
  assert.deepEqual(sizesOfType(undefined, image(GiB)), {})
})

test('what the API finds fault with is said at the field that was typed into', () => {
  assert.deepEqual(['memoryBytes', 'affinityGroupIds.3', 'interfaces.1.ip', 'imageId', 'userData'].map(fieldOf), ['memoryMiB', 'affinityGroupIds', 'interfaces.1.ip', 'imageId', undefined])
})
