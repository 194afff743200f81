import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPoolPath, diskFormatOf, isSafeForMigration, locksItsWriters, poolStateOf, refusesNew } from './pool.ts'
import type { PoolPhase } from './pool.ts'

const at = new Date()
const stateOf = (phase: PoolPhase, maintenanceAt: Date | null = null, retiredAt: Date | null = null) => poolStateOf({ phase, maintenanceAt, retiredAt })

test('what people read of a pool comes from its phase, then from what operators want of it', () => {
  assert.deepEqual([stateOf('ready'), stateOf('ready', at), stateOf('ready', null, at), stateOf('ready', at, at)], ['ready', 'maintenance', 'retired', 'maintenance'])
  assert.deepEqual([stateOf('creating', at), stateOf('failed', null, at), stateOf('deleting', at, at)], ['creating', 'failed', 'deleting'])
  assert.deepEqual((['creating', 'ready', 'maintenance', 'retired', 'failed', 'deleting'] as const).filter((state) => refusesNew(state) === undefined), ['ready'])
})

test('what the kinds can do', () => {
  assert.deepEqual((['dir', 'netfs', 'rbd'] as const).map((kind) => [isSafeForMigration(kind), locksItsWriters(kind)]), [[false, true], [true, true], [true, false]])
  assert.equal(diskFormatOf({}), 'qcow2')
  assert.equal(diskFormatOf({ source: { kind: 'rbd', monitors: ['m'], pool: 'p', user: 'u', secretUuid: 's' } }), 'raw')
})

test('a path is absolute and has no way up', () => {
  assert.equal(checkPoolPath('/srv//pool-1/'), '/srv/pool-1')
  for (const path of ['srv/pool', '/', '/srv/../etc', '/srv/a b', '/srv/<x>', `/${'a'.repeat(255)}`]) assert.throws(() => checkPoolPath(path), { code: 'INVALID_INPUT' }, path)
})
