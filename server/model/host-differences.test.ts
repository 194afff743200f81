import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differencesOf, markerVolume, settlementsOf } from './host-differences.ts'
import type { HostBooks } from './host-differences.ts'
import { foreignClaim, generationBeyond, quarrelOf } from './host-inventory.ts'
import type { Claim, HostInventory, SeenVm } from './host-inventory.ts'

const own = { installationId: 'mine', generation: 3, epoch: 'now' }
interface Seen { volumes?: string[]; ports?: HostInventory['ports']; claim?: Claim }
const vm = (id: string, more: Partial<HostBooks['vms'][number]> = {}): HostBooks['vms'][number] => ({ id, name: id, domainUuid: `d-${id}`, phase: 'ready', desiredPower: 'running', isBusy: false, volumes: [{ poolId: 'p', volume: `${id}.qcow2` }], ports: [{ id: `port-${id}`, vlan: 5 }], ...more })
const seen = (id: string, more: Partial<SeenVm> = {}): SeenVm => ({ domainUuid: `d-${id}`, power: 'running', isHeld: false, owner: { installationId: 'mine', generation: 2, vmId: id }, ...more })
const books = (vms: HostBooks['vms'], images: string[] = []): HostBooks => ({ vms, images: images.map((volume) => ({ poolId: 'p', volume })), knownVolumes: [...vms.flatMap(({ volumes }) => volumes), ...images.map((volume) => ({ poolId: 'p', volume }))] })
const host = (vms: SeenVm[], { volumes = vms.map(({ owner }) => `${owner?.vmId}.qcow2`), ports = vms.filter(({ owner }) => owner).map(({ owner, domainUuid }) => ({ portId: `port-${owner!.vmId}`, vlan: 5, domainUuid })), claim = { kind: 'absent' } }: Seen = {}): HostInventory => ({ vms, pools: [{ poolId: 'p', name: 'pool', claim, volumes: [...volumes, markerVolume] }], ports })
const kinds = (...given: [HostBooks, HostInventory]) => differencesOf(own, ...given).differences.map(({ kind, onHost }) => `${kind} ${onHost}`)

test('books and host that agree differ in nothing, the marker included', () => {
  assert.deepEqual(kinds(books([vm('a'), vm('b', { desiredPower: 'stopped' })]), host([seen('a'), seen('b', { power: 'stopped' })])), [])
})

test('each kind of difference is told, in a fixed order', () => {
  assert.deepEqual(kinds(books([vm('gone')]), host([])), ['vm-missing d-gone', 'volume-missing gone.qcow2'])
  assert.deepEqual(kinds(books([]), host([seen('new')])), ['vm-unknown d-new', 'volume-unknown new.qcow2', 'port-unknown port-new'])
  assert.deepEqual(kinds(books([vm('a')]), host([seen('a', { power: 'stopped' })])), ['vm-power d-a'])
  assert.deepEqual(kinds(books([vm('a', { phase: 'network' }), vm('b', { phase: 'deleting' })]), host([seen('a')])), ['vm-unfinished d-a', 'vm-unfinished d-b'])
  assert.deepEqual(kinds(books([vm('a')]), host([seen('a')], { ports: [] })), ['port-missing port-a'])
  assert.deepEqual(kinds(books([vm('a')]), host([seen('a')], { ports: [{ portId: 'port-a', vlan: null, domainUuid: 'd-a' }] })), ['port-vlan port-a'])
  assert.deepEqual(kinds(books([], ['image']), host([])), ['volume-missing image'])
})

test('VMs of others are counted, and their ports are nobody\'s business', () => {
  const others = [seen('x', { owner: null }), seen('y', { owner: { installationId: 'another', generation: 9, vmId: 'y' } })]
  const { differences, unmanagedVms } = differencesOf(own, books([]), host(others, { volumes: [], ports: [{ portId: 'port-y', vlan: 7, domainUuid: 'd-y' }] }))
  assert.deepEqual([differences, unmanagedVms], [[], 2])
})

test('a review takes what the host has, fails what it has not, and leaves alone what is being worked on', () => {
  const given = books([vm('same'), vm('gone'), vm('busy', { isBusy: true }), vm('made', { phase: 'starting' }), vm('half', { phase: 'network' }), vm('unmade', { phase: 'disk' }), vm('kept', { phase: 'deleting' }), vm('deleted', { phase: 'deleting' }), vm('failed', { phase: 'failed' })])
  const settled = settlementsOf(given, host([seen('same'), seen('made'), seen('half', { isHeld: true }), seen('kept', { power: 'stopped' })]))
  assert.deepEqual(settled.map(({ name, phase }) => `${name} ${phase}`), ['gone failed', 'made ready', 'half failed', 'unmade failed', 'kept ready', 'deleted failed'])
  assert.ok(settled.every(({ phase, failure }) => (phase === 'failed') === (failure !== null)))
})

const claimed = (more: object = {}): Claim => ({ kind: 'claimed', ...own, ...more })

test('automation stops where a marker or a domain speaks against these books', () => {
  const [others, ours] = [seen('x', { owner: { installationId: 'another', generation: 1, vmId: 'x' } }), seen('a')]
  const cases: [SeenVm[], Claim, RegExp | undefined, marked?: true][] = [
    [[ours], claimed(), undefined],
    [[ours], claimed({ generation: 2 }), undefined],
    [[ours, seen('y', { owner: null })], { kind: 'absent' }, undefined],
    [[ours], { kind: 'absent' }, /had these books' marker and has none.*not mounted/, true],
    [[ours], claimed(), undefined, true],
    [[others], claimed(), undefined],
    [[others], { kind: 'absent' }, /another Kloudak.*no marker/],
    [[], claimed({ installationId: 'another' }), /belongs to another Kloudak \(installation another\)/],
    [[], claimed({ epoch: 'then', generation: 4 }), /another life.*generation 4; this is 3/],
    [[], claimed({ epoch: 'then' }), /another life/],
    [[], { kind: 'unreadable' }, /cannot be read/],
    [[], claimed({ poolId: 'p' }), undefined, true],
    [[], claimed({ poolId: 'q' }), /marker of another pool of these books.*another file system is mounted/],
    [[seen('a', { owner: { installationId: 'mine', generation: 4, vmId: 'a' } })], claimed(), /generation 4.*newer than these books \(3\)/],
  ]
  for (const [vms, claim, reason, wasMarked = false] of cases) {
    const quarrel = quarrelOf(own, { vms, pools: [{ poolId: 'p', name: 'pool', claim, wasMarked }] })
    if (reason) assert.match(quarrel ?? '', reason)
    else assert.equal(quarrel, undefined)
  }
})

test('only another installation\'s marker keeps a review away, and a review goes beyond every generation seen', () => {
  assert.equal(foreignClaim(own, host([], { claim: claimed({ epoch: 'then' }) })), undefined)
  assert.match(foreignClaim(own, host([], { claim: claimed({ installationId: 'another' }) }))?.remedy ?? '', /kloudak-installation\.json/)
  assert.equal(generationBeyond(own, host([seen('a')], { claim: claimed() })), 3)
  assert.equal(generationBeyond(own, host([], { claim: claimed({ epoch: 'then' }) })), 4)
  assert.equal(generationBeyond(own, host([], { claim: claimed({ epoch: 'then', generation: 7 }) })), 8)
  assert.equal(generationBeyond(own, host([seen('a', { owner: { installationId: 'mine', generation: 6, vmId: 'a' } })], { claim: claimed() })), 6)
  assert.equal(generationBeyond(own, host([], { claim: claimed({ installationId: 'another', generation: 99 }) })), 3)
})
