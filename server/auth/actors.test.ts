import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Permission } from '../model/permissions.ts'
import { withinScopes } from './actors.ts'

const held = (rights: Record<string, Permission[]>) => new Map(Object.entries(rights).map(([id, codes]) => [id, new Set(codes)]))
const mine = held({ red: ['vm:add', 'vm:edit'], blue: ['vm:edit', 'user:add'], green: [] })

test('a token has what its scopes name and its user holds, and no more', () => {
  assert.deepEqual(withinScopes(mine, null), mine)
  assert.deepEqual(withinScopes(mine, []), held({}))
  assert.deepEqual(withinScopes(mine, [{ workspaceId: 'red', permissions: ['vm:edit', 'vm:delete'] }]), held({ red: ['vm:edit'] }))
  assert.deepEqual(withinScopes(mine, [{ workspaceId: 'elsewhere', permissions: ['vm:edit'] }]), held({}))
  // Without a workspace: in each of them, to see and to edit.
  assert.deepEqual(withinScopes(mine, [{ workspaceId: null, permissions: ['vm:edit'] }]), held({ red: ['vm:edit'], blue: ['vm:edit'], green: [] }))
  assert.deepEqual(withinScopes(mine, [{ workspaceId: null, permissions: [] }, { workspaceId: 'blue', permissions: ['user:add'] }]), held({ red: [], blue: ['user:add'], green: [] }))
})
