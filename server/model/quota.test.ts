import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkQuotas, QuotaExceeded } from './quota.ts'
import type { Quota } from './quota.ts'
import { GiB } from './units.ts'

const quotas: Quota[] = [{ resource: 'vms', limit: 3, used: 2 }, { resource: 'memoryBytes', limit: 8 * GiB, used: 7.5 * GiB }, { resource: 'networks', limit: 1, used: 4 }, { resource: 'addresses', limit: null, used: 9 }]

test('what fits passes, to the last piece', () => {
  checkQuotas(quotas, { vms: 1, memoryBytes: GiB / 2, addresses: 1_000 }, {})
  checkQuotas([], { vms: 1_000 }, {})
})

test('a limit below the usage refuses only what asks for more', () => {
  checkQuotas(quotas, { vms: 1, networks: 0 }, {})
  assert.throws(() => checkQuotas(quotas, { networks: 1 }, {}), { code: 'QUOTA_EXCEEDED', quota: 'networks', used: 4, asked: 1, limit: 1, field: 'workspaceId' })
})

test('the refusal names the quota, the numbers, the field and what would fit', () => {
  const refused = (asked: object) => { try { checkQuotas(quotas, asked, { memoryBytes: 'memoryBytes' }) } catch (error) { return error as QuotaExceeded } }
  assert.equal(refused({ vms: 2 })?.message, 'The workspace\'s quota of VMs is 3: 2 used, 2 more asked for.')
  const memory = refused({ vms: 1, memoryBytes: GiB })
  assert.ok(memory instanceof QuotaExceeded)
  assert.equal(memory.message, 'The workspace\'s quota of memory is 8 GiB: 7.5 GiB used, 1 GiB more asked for.')
  assert.equal(memory.remedy, 'Ask for at most 512 MiB, delete what is not needed, or ask an operator for a larger quota.')
  assert.equal(memory.field, 'memoryBytes')
})
