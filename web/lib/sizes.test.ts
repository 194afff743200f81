import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB, MiB } from '../../server/model/units.ts'
import { sizeInput, sizeSays, typedSize } from './sizes.ts'

test('a size is typed in MiB and GiB, and sent in bytes', () => {
  const size = { vcpus: 2, memoryBytes: 1536 * MiB, diskBytes: 2.5 * GiB }
  assert.deepEqual(typedSize(size), { vcpus: 2, memoryMiB: 1536, diskGiB: 2.5 })
  assert.deepEqual(sizeInput(typedSize(size)), size)
  assert.deepEqual(sizeInput({ vcpus: '', memoryMiB: '', diskGiB: '0.1' }), { vcpus: undefined, memoryBytes: undefined, diskBytes: Math.round(0.1 * GiB) })
})

test('what no VM can have is refused, and what is left out only where it is needed', () => {
  assert.equal(sizeSays('vcpus', 0), 'The number of vCPUs is from 1 to 256.')
  assert.equal(sizeSays('memoryMiB', 63), 'Memory is from 64 MiB to 4 TiB.')
  assert.equal(sizeSays('diskGiB', 65_537), 'The disk is from 16 MiB to 64 TiB.')
  assert.equal(sizeSays('memoryMiB', 64), null)
  assert.equal(sizeSays('memoryMiB', ''), null)
  assert.equal(sizeSays('memoryMiB', '', { needed: true }), 'Memory is from 64 MiB to 4 TiB.')
})
