import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checklistOf, failedPoints } from './host-checklist.ts'
import type { Looked, Wanted } from './host-checklist.ts'
import type { Discovery } from './host-discovery.ts'
import { GiB } from './units.ts'

const discovery: Discovery = {
  shell: 'answered', os: null, kernel: null, cpu: null, numa: [], nics: [], bonds: [], bridges: [], mounts: [{ path: '/', source: '/dev/vda', type: 'ext4' }, { path: '/srv', source: 'filer:/vms', type: 'nfs4' }],
  folders: [{ path: '/srv/pool', exists: true }], packages: [], commands: ['ovs-vsctl'], openVswitchVersion: '3.1.0', kernelDatapath: true, startsGuestsAtBoot: false, clockOffsetMs: 40,
}
const own = { kind: 'claimed' as const, installationId: 'ours', generation: 1, epoch: 'e' }
const good: Looked = {
  ssh: { address: '10.0.0.1' }, hypervisor: { libvirtVersion: '9.0.0', qemuVersion: '7.2.0', domainType: 'kvm', cpus: 8, memoryBytes: 16 * GiB },
  fabric: { version: '3.1.0', bridges: [{ name: 'public-br', uplinks: ['eth1'] }, { name: 'private-br', uplinks: ['bond0'] }] }, discovery, pools: [{ name: 'pool', path: '/srv/pool', source: undefined, claim: own }], unmanagedVms: [],
}
const wanted: Wanted = { publicBridge: 'public-br', trunkBridge: 'private-br', reservedMemoryBytes: GiB / 4, installationId: 'ours' }
const trouble = { problem: 'It does not answer.', remedy: undefined }
const states = (looked: Partial<Looked>, more: Partial<Wanted> = {}) => Object.fromEntries(checklistOf({ ...good, ...looked }, { ...wanted, ...more }).filter(({ state }) => state !== 'passed').map(({ point, state }) => [point, state]))

test('a host that has all passes every point, and says where its pool lies', () => {
  const points = checklistOf(good, wanted)
  assert.deepEqual([...new Set(points.map(({ state }) => state))], ['passed'])
  assert.match(points.find(({ point }) => point === 'pool')!.message, /ours, on filer:\/vms \(nfs4\)/)
  assert.deepEqual(failedPoints(points), [])
})

test('each thing that is wrong is a point of its own, and what hides behind it is unknown', () => {
  assert.deepEqual(states({ hypervisor: trouble }), { libvirt: 'failed', qemu: 'unknown', kvm: 'unknown', cpu: 'unknown', memory: 'unknown', unmanagedVms: 'unknown' })
  assert.deepEqual(states({ fabric: trouble }), { openVswitch: 'failed', publicBridge: 'unknown', trunkBridge: 'unknown' })
  assert.deepEqual(states({ hypervisor: { ...good.hypervisor, domainType: 'qemu', libvirtVersion: '7.0.0', qemuVersion: '6.1.9', memoryBytes: GiB / 2 } }), { libvirt: 'failed', qemu: 'failed', kvm: 'warning', memory: 'failed' })
  assert.deepEqual(states({ hypervisor: { ...good.hypervisor, libvirtVersion: '10.0.0', qemuVersion: '6.2.0' } }), {})
  assert.deepEqual(states({ fabric: { version: '2.13.8', bridges: [{ name: 'public-br', uplinks: [] }] } }), { openVswitch: 'failed', publicBridge: 'warning', trunkBridge: 'failed' })
})

test('a pool must be there and ours, unless the host mounts it by itself', () => {
  const pool = (more: Partial<Looked['pools'][number]>, folders: Discovery['folders'] = []) => states({ pools: [{ ...good.pools[0]!, ...more }], discovery: { ...discovery, folders } })
  assert.deepEqual(pool({ claim: { ...own, installationId: 'theirs' } }, discovery.folders), { pool: 'failed' })
  assert.deepEqual(pool({ claim: { kind: 'unreadable' } }, discovery.folders), { pool: 'failed' })
  assert.deepEqual(pool({ claim: 'unread' }, [{ path: '/srv/pool', exists: false }]), { pool: 'failed' })
  assert.deepEqual(pool({ claim: 'unread' }), { pool: 'unknown' })
  assert.deepEqual(pool({ claim: 'unread' }, discovery.folders), {})
  assert.deepEqual(pool({}), {}, 'libvirt has read our marker in it')
  assert.deepEqual(pool({ claim: 'unread', source: 'netfs' }, [{ path: '/srv/pool', exists: false }]), { pool: 'unknown' })
})

test('clock and shell say how far they are off, or that nobody knows', () => {
  const clock = (clockOffsetMs: number | null) => states({ discovery: { ...discovery, clockOffsetMs } })
  assert.deepEqual([clock(-2_000), clock(2_001), clock(-60_001), clock(null)], [{}, { clock: 'warning' }, { clock: 'failed' }, { clock: 'unknown' }])
  assert.deepEqual(states({ discovery: { ...discovery, shell: 'refused', commands: [], clockOffsetMs: null } }), { clock: 'unknown', packages: 'unknown' })
  assert.deepEqual(states({ discovery: { ...discovery, commands: [] } }), { packages: 'warning' })
})

test('a host that starts guests by itself is warned of, and one that was looked at by an older Kloudak is not known', () => {
  const boot = (startsGuestsAtBoot: boolean | null | undefined) => states({ discovery: { ...discovery, startsGuestsAtBoot } as Discovery })
  assert.deepEqual([boot(true), boot(false), boot(null), boot(undefined)], [{ guestsAtBoot: 'warning' }, {}, { guestsAtBoot: 'unknown' }, { guestsAtBoot: 'unknown' }])
})

test('every point that failed says what to do', () => {
  const broken = checklistOf({ ...good, hypervisor: trouble, fabric: { version: '2.0.0', bridges: [] }, pools: [{ ...good.pools[0]!, claim: { kind: 'unreadable' } }], discovery: { ...discovery, clockOffsetMs: 1e9 } }, wanted)
  for (const { point, remedy } of failedPoints(broken)) assert.ok(remedy, point)
})
