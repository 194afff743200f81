import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomOf } from './room.ts'

const area = { vcpuOvercommit: 4, memoryOvercommit: 1.5 }
const host = (more: object = {}) => ({ hostState: 'UP', cpus: 8, memoryBytes: 1000, reservedVcpus: 2, reservedMemoryBytes: 200, promised: { vcpus: 3, memoryBytes: 500, vms: 2 }, ...more })

test('hosts promise what they have less their own share, times the area\'s ratio', () => {
  assert.deepEqual(roomOf(area, [host(), host({ hostState: 'DOWN' })]), {
    hosts: 2, up: 1, vms: 4, reservedVcpus: 4, reservedMemoryBytes: 400, promisedVcpus: 6, promisedMemoryBytes: 1000, mayPromiseVcpus: 48, mayPromiseMemoryBytes: 2400,
  })
})

test('a host that has said nothing yet adds no room, and one whose own share is larger than itself takes none away', () => {
  const { mayPromiseMemoryBytes, mayPromiseVcpus, hosts } = roomOf(area, [host({ cpus: null, memoryBytes: null }), host({ reservedVcpus: 9, reservedMemoryBytes: 2000 }), host()])
  assert.deepEqual({ mayPromiseMemoryBytes, mayPromiseVcpus, hosts }, { mayPromiseMemoryBytes: 1200, mayPromiseVcpus: 24, hosts: 3 })
})
