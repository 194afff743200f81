import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB } from '../units.ts'
import type { HostCandidate } from './candidate.ts'
import { drill } from './drill.ts'
import type { DrillArea, DrillVm } from './drill.ts'

const pool = { id: 'p', areaId: 'a' }
const vm = (id: string, hostId: string, more: Partial<DrillVm> = {}): DrillVm => ({ id, hostId, vcpus: 1, memoryBytes: GiB, machine: {}, pools: [pool], requiredLabels: [], avoidedLabels: [], groupIds: [], isPromised: false, ...more })
const host = (id: string, more: Partial<HostCandidate> = {}): HostCandidate => ({
  id, areaId: 'a', state: 'up', duty: 'service', isFrozen: false, cpus: 8, memoryBytes: 8 * GiB, reservedVcpus: 0, reservedMemoryBytes: 0, promisedVcpus: 0, promisedMemoryBytes: 0,
  vcpuOvercommit: 4, memoryOvercommit: 1, labels: [], machine: { domainType: 'kvm', architecture: 'x86_64', machineType: 'm', cpuModel: 'c' }, closedPoolIds: [], turn: 0, ...more,
})
/** The hosts have promised what the VMs on them hold. */
const area = (hosts: HostCandidate[], vms: DrillVm[], groups: DrillArea['groups'] = new Map(), packs = false): DrillArea => ({
  hosts: hosts.map((one) => ({ ...one, promisedMemoryBytes: vms.filter(({ hostId }) => hostId === one.id).reduce((sum, { memoryBytes }) => sum + memoryBytes, one.promisedMemoryBytes) })), vms, groups, packs,
})
const stranded = (of: DrillArea, hostId: string) => drill(of).get(hostId)!.vms.map(({ vmId }) => vmId)

test('a host is survived when the others together have room for each of its VMs, and not when only their sum has', () => {
  const full = (id: string) => host(id, { promisedMemoryBytes: 5 * GiB })
  const two = [vm('1', 'a', { memoryBytes: 3 * GiB }), vm('2', 'a', { memoryBytes: 3 * GiB })]
  assert.deepEqual(drill(area([host('a'), full('b'), full('c')], two)).get('a'), { ok: true, wouldNotFit: 0, vms: [] })
  const large = [vm('1', 'a', { memoryBytes: 4 * GiB })]
  const { ok, wouldNotFit, vms: [one] } = drill(area([host('a'), full('b'), full('c')], large)).get('a')!
  assert.deepEqual([ok, wouldNotFit, one!.vmId], [false, 1, '1'])
  assert.match(one!.reason, /2 are short of memory/)
  assert.deepEqual(stranded(area([host('a'), full('b')], two), 'a'), ['2'], 'those that a recovery starts first are given room first')
})

test('what one drill gives away is free again in the next', () => {
  const both = area([host('a'), host('b'), host('c', { promisedMemoryBytes: 5 * GiB })], [vm('1', 'a', { memoryBytes: 4 * GiB }), vm('2', 'b', { memoryBytes: 4 * GiB })])
  assert.deepEqual(Array.from(drill(both).values(), ({ ok }) => ok), [true, true])
})

test('hosts that take no VMs, or not these, do not count', () => {
  const alone = (more: Partial<HostCandidate>, of: Partial<DrillVm> = {}) => drill(area([host('a'), host('b', more)], [vm('1', 'a', of)])).get('a')!.ok
  assert.equal(alone({}), true)
  for (const more of [{ state: 'down' as const }, { duty: 'draining' as const }, { isFrozen: true }, { closedPoolIds: ['p'] }, { machine: null }]) assert.equal(alone(more), false, JSON.stringify(more))
  assert.equal(alone({}, { requiredLabels: ['ssd'] }), false)
  assert.equal(alone({ labels: ['ssd'] }, { requiredLabels: ['ssd'] }), true)
  assert.equal(alone({ labels: ['old'] }, { avoidedLabels: ['old'] }), false)
  assert.equal(alone({}, { machine: { cpuModel: 'EPYC' } }), false)
  assert.equal(alone({ state: 'down' }, { isPromised: true }), true, 'one that is moving has its room')
})

test('groups are kept in the drill as in a recovery', () => {
  const hosts = [host('a'), host('b'), host('c')]
  const apart = new Map([['g', { policy: 'anti-affinity' as const, strength: 'hard' as const }]])
  const three = [vm('1', 'a', { groupIds: ['g'] }), vm('2', 'b', { groupIds: ['g'] }), vm('3', 'c', { groupIds: ['g'] })]
  assert.deepEqual(stranded(area(hosts, three, apart), 'a'), ['1'])
  assert.deepEqual(stranded(area(hosts, three.slice(0, 2), apart), 'a'), [])
  const soft = new Map([['g', { policy: 'anti-affinity' as const, strength: 'soft' as const }]])
  assert.deepEqual(stranded(area(hosts, three, soft), 'a'), [])
  const together = new Map([['g', { policy: 'affinity' as const, strength: 'hard' as const }]])
  const group = ['1', '2', '3'].map((id) => vm(id, 'a', { groupIds: ['g'], memoryBytes: 3 * GiB }))
  assert.deepEqual(stranded(area(hosts, group, together), 'a'), ['3'], 'three of 3 GiB do not fit one host of 8 GiB, two do')
})

test('an area that packs fills the fullest host first', () => {
  const hosts = [host('a'), host('b', { promisedMemoryBytes: 6 * GiB }), host('c')]
  const vms = [vm('1', 'a', { memoryBytes: 2 * GiB }), vm('2', 'a', { memoryBytes: 8 * GiB })]
  assert.deepEqual(stranded(area(hosts, vms, new Map(), true), 'a'), [])
  assert.deepEqual(stranded(area(hosts, vms), 'a'), ['2'], 'a spread VM took the room of the large one')
})

test('a hundred VMs are named, all are counted', () => {
  const many = Array.from({ length: 130 }, (_, n) => vm(String(n), 'a'))
  const { wouldNotFit, vms } = drill(area([host('a', { memoryBytes: 256 * GiB })], many)).get('a')!
  assert.deepEqual([wouldNotFit, vms.length], [130, 100])
})
