import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissions } from '../model/permissions.ts'
import { workspaceClaims } from './access-token.ts'

const size = (claims: object) => Buffer.byteLength(JSON.stringify(claims))
const workspaces = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `workspace-${n}`, permissions }))

test('a token tells the permissions in each workspace', () => {
  assert.deepEqual(workspaceClaims([{ name: 'red', permissions: ['vm:edit'] }, { name: 'blue', permissions: [] }]), { workspaces: { red: ['vm:edit'], blue: [] } })
})

test('past what a header bears it tells the names only, and past that it says that some are missing', () => {
  const names = workspaceClaims(workspaces(50))
  assert.deepEqual([names.workspaces, (names.workspaceNames as string[]).length, names.incomplete], [undefined, 50, false])
  const some = workspaceClaims(workspaces(10_000))
  assert.equal(some.incomplete, true)
  assert.ok((some.workspaceNames as string[]).length > 10)
  for (const claims of [names, some]) assert.ok(size(claims) <= 4_096)
})
