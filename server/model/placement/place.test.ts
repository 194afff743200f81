import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB, MiB } from '../units.ts'
import { freeOn } from './candidate.ts'
import type { HostCandidate } from './candidate.ts'
import { explainRefusals } from './explain.ts'
import { place } from './place.ts'

const host = (id: string, more: Partial<HostCandidate> = {}): HostCandidate => ({ id, areaId: 'a', state: 'up', duty: 'service', isFrozen: false, cpus: 4, memoryBytes: 8 * GiB, reservedVcpus: 0, reservedMemoryBytes: GiB, labels: [], machine: null, closedPoolIds: [], turn: 0, promisedVcpus: 0, promisedMemoryBytes: 0, vcpuOvercommit: 2, memoryOvercommit: 1, ...more })
const small = { vcpus: 1, memoryBytes: GiB }
const reasons = (request: Parameters<typeof place>[0], ...hosts: HostCandidate[]) => place(request, hosts).refusals.map(({ reason }) => reason)

test('what a host may promise is what it has, less what is kept back, times the ratio, less what is promised', () => {
  assert.deepEqual(freeOn(host('h', { promisedVcpus: 3, promisedMemoryBytes: GiB })), { vcpus: 5, memoryBytes: 6 * GiB })
  assert.deepEqual(freeOn(host('h', { memoryOvercommit: 1.5 })), { vcpus: 8, memoryBytes: 10.5 * GiB })
  assert.deepEqual(freeOn(host('h', { cpus: null, memoryBytes: null })), { vcpus: 0, memoryBytes: -GiB })
})

test('a host is refused for the first thing that is in the way', () => {
  assert.deepEqual(reasons({ ...small, areaIds: new Set(['b']) }, host('h', { state: 'down' })), ['area'])
  assert.deepEqual(reasons(small, ...(['enrolling', 'suspect', 'down', 'fenced', 'retired'] as const).map((state) => host(state, { state }))), Array(5).fill('state'))
  assert.deepEqual(reasons(small, host('h', { isFrozen: true }), host('h', { isFrozen: true, state: 'down' })), ['frozen', 'state'])
  assert.deepEqual(reasons(small, host('h', { duty: 'draining' }), host('h', { duty: 'maintenance' })), ['duty', 'duty'])
  assert.deepEqual(reasons(small, host('h', { memoryBytes: null })), ['unknown'])
  assert.deepEqual(reasons({ vcpus: 1, memoryBytes: 7 * GiB + 1 }, host('h')), ['memory'])
  assert.deepEqual(reasons({ vcpus: 2, memoryBytes: GiB }, host('h', { promisedVcpus: 7 })), ['vcpus'])
  assert.deepEqual(reasons({ vcpus: 5, memoryBytes: GiB }, host('h')), ['vcpus'], 'more processors than the machine has')
  assert.deepEqual(reasons({ vcpus: 4, memoryBytes: 7 * GiB }, host('h')), [])
})

test('VMs spread: the host that keeps the largest share free comes first, and ties are stable', () => {
  const ranked = (...hosts: HostCandidate[]) => place(small, hosts).ranked.map(({ id }) => id)
  assert.deepEqual(ranked(host('b'), host('c', { promisedMemoryBytes: GiB }), host('a'), host('d', { memoryBytes: 64 * GiB })), ['d', 'a', 'b', 'c'])
  let hosts = [host('a'), host('b'), host('c')]
  for (let n = 0; n < 12; n++) {
    const { id } = place(small, hosts).ranked[0]!
    hosts = hosts.map((one) => (one.id === id ? { ...one, promisedMemoryBytes: one.promisedMemoryBytes + GiB, promisedVcpus: one.promisedVcpus + 1 } : one))
  }
  assert.deepEqual(hosts.map(({ promisedMemoryBytes }) => promisedMemoryBytes / GiB), [4, 4, 4])
})

test('a refusal counts its reasons, names no host, and says what would fit', () => {
  const request = { vcpus: 2, memoryBytes: 16 * GiB }
  const { refusals } = place(request, [host('secret-1'), host('secret-2', { promisedMemoryBytes: 6.5 * GiB + 1 }), host('secret-3', { state: 'down' }), host('secret-4', { areaId: 'b', state: 'down' })])
  const { message, remedy } = explainRefusals({ ...request, areaIds: new Set(['a']) }, refusals)
  assert.equal(message, 'No host has room for 2 vCPUs and 16 GiB: of the hosts, 2 are not up, 2 are short of memory.')
  assert.equal(remedy, 'A VM with at most 4 vCPUs and 7 GiB would fit.')
  assert.match(explainRefusals(request, place(request, [host('h', { promisedMemoryBytes: 7 * GiB })]).refusals).remedy, /^Delete VMs/)
  assert.match(explainRefusals(request, []).message, /no host in the area/)
  assert.match(explainRefusals(request, place({ ...request, areaIds: new Set(['z']) }, [host('h')]).refusals).message, /no host in the area/)
  const odd = place(request, [host('h', { promisedMemoryBytes: 3 * GiB + 5 })])
  assert.equal(explainRefusals(request, odd.refusals).remedy, `A VM with at most 4 vCPUs and 4.0 GiB would fit.`)
  assert.equal(place({ vcpus: 4, memoryBytes: 4 * GiB - MiB }, [host('h', { promisedMemoryBytes: 3 * GiB + 5 })]).ranked.length, 1)
})
