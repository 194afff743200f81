import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB, MiB } from '../../server/model/units.ts'
import type { TemplateLiveFragment } from '../gql/graphql.ts'
import { fieldOf, newSize, newTemplate, sizedInput, sizedRules, templateDraftOf, templateInput, templateRules } from './draft.ts'

const template: TemplateLiveFragment = {
  id: 't', version: 1, name: 'Debian 12', description: '', vcpus: 2, size: 1024 * MiB, diskBytes: 4 * GiB, guestInterface: 'eth0', cloneMode: 'LINKED', imageVersion: 3, isPublic: false, retiredAt: null,
  createdAt: '2026-01-01T00:00:00Z', requiredLabels: ['ssd'], avoidedLabels: [], system: 'Debian 12', image: { id: 'i', name: 'debian' }, workspaces: [{ id: 'w', name: 'Research' }],
}

test('a template is sent as it stands, without the image that it keeps', () => {
  const draft = templateDraftOf(template)
  assert.deepEqual(templateInput(draft, template), { name: 'Debian 12', description: '', os: 'Debian 12', vcpus: 2, memoryBytes: 1024 * MiB, diskBytes: 4 * GiB, guestInterface: 'eth0', cloneMode: 'LINKED', requiredLabels: ['ssd'], avoidedLabels: [], workspaceIds: ['w'] })
  assert.deepEqual(Object.entries(templateInput({ ...draft, imageVersion: '4' }, template)).slice(-2), [['imageId', 'i'], ['imageVersion', 4]])
})

test('a new template is of the newest version unless one is chosen, and is for everybody or for some', () => {
  const draft = { ...newTemplate, name: ' x ', os: 'none', imageId: 'i' }
  assert.deepEqual([templateInput(draft).imageId, templateInput(draft).imageVersion, templateInput(draft).isPublic, templateInput(draft).name], ['i', undefined, true, 'x'])
  const { isPublic, workspaceIds } = sizedInput({ ...newSize, isPublic: false, workspaceIds: ['w'] }) as { isPublic?: boolean; workspaceIds?: string[] }
  assert.deepEqual({ isPublic, workspaceIds }, { isPublic: undefined, workspaceIds: ['w'] })
})

test('what is wrong is said of its field', () => {
  assert.equal(templateRules.imageId(''), 'Choose an image.')
  assert.match(templateRules.guestInterface('0eth')!, /begins with a letter/)
  assert.equal(sizedRules.avoidedLabels(['ssd'], { ...newSize, requiredLabels: ['ssd'] }), 'The label ssd cannot be asked for and avoided at once.')
  assert.equal(sizedRules.workspaceIds([], { isPublic: false, workspaceIds: [] }), 'Choose a workspace, or offer it to everybody.')
  assert.equal(sizedRules.workspaceIds([], { isPublic: true, workspaceIds: [] }), null)
  assert.deepEqual(['memoryBytes', 'diskBytes', 'workspaceIds.2', 'name', null].map(fieldOf), ['memoryMiB', 'diskGiB', 'workspaceIds', 'name', null])
})
