import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alike } from './alike.ts'

const GiB = 1024 ** 3
const one = (mountPoint: string, sizeBytes: number, usedBytes: number) => ({ mountPoint, sizeBytes, usedBytes })

test('what is mounted at several places is one line, by its shortest name', () => {
  const told = [one('/usr/bin/tool', 250 * GiB, 26 * GiB), one('/', 250 * GiB, 26 * GiB), one('/etc', 250 * GiB, 26 * GiB + 4_096), one('/srv', 100 * GiB, 26 * GiB)]
  assert.deepEqual(alike(told).map(({ mountPoint, others }) => [mountPoint, others]), [['/', ['/etc', '/usr/bin/tool']], ['/srv', []]])
})

test('two that are as large, and not as full, are two', () => {
  assert.equal(alike([one('/a', GiB, 0), one('/b', GiB, 2 * 1024 ** 2)]).length, 2)
})
