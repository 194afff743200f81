// What holds of any placement, whatever hosts and requests there are: asked of some thousand of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GiB } from '../units.ts'
import { freeOn } from './candidate.ts'
import type { HostCandidate } from './candidate.ts'
import { explainRefusals, groupRefusals, largestFit, sayRefusal } from './explain.ts'
import { place, PolicyFailed } from './place.ts'
import { policies, policyNames } from './policy.ts'
import { refusalReasons } from './request.ts'
import type { PlacementRequest } from './request.ts'

/** The same numbers in each run (xorshift). */
function dice(seed: number) {
  let state = seed
  const next = () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) / 2 ** 32 }
  return { upTo: (most: number) => Math.floor(next() * (most + 1)), oneOf: <Value>(values: readonly Value[]) => values[Math.floor(next() * values.length)]!, some: <Value>(values: readonly Value[]) => values.filter(() => next() < 0.3), chance: (share: number) => next() < share }
}
type Dice = ReturnType<typeof dice>

const labels = ['ssd', 'gpu', 'old']
const pools = [{ id: 'p', areaId: 'a' }, { id: 'q', areaId: 'a' }, { id: 'r', areaId: 'b' }]
const anyHost = (d: Dice, id: string): HostCandidate => {
  const cpus = d.chance(0.05) ? null : d.oneOf([4, 16, 64])
  return {
    id, areaId: d.oneOf(['a', 'a', 'b']), state: d.oneOf(['up', 'up', 'up', 'up', 'down', 'suspect', 'fenced']), duty: d.oneOf(['service', 'service', 'service', 'draining', 'maintenance']), isFrozen: d.chance(0.05),
    cpus, memoryBytes: cpus === null ? null : cpus * 4 * GiB, reservedVcpus: d.upTo(2), reservedMemoryBytes: d.upTo(2) * GiB, promisedVcpus: d.upTo(24), promisedMemoryBytes: d.upTo(24) * GiB,
    vcpuOvercommit: d.oneOf([1, 2, 4]), memoryOvercommit: d.oneOf([1, 1, 1.5]), labels: d.some(labels), machine: d.chance(0.05) ? null : { domainType: 'kvm', architecture: 'x86_64', machineType: d.oneOf(['pc-q35-7.2', 'pc-q35-9.0']), cpuModel: d.oneOf(['EPYC', 'qemu64']), cpuModels: d.oneOf([undefined, ['EPYC', 'qemu64']]) },
    closedPoolIds: d.some(['p', 'q', 'r']), turn: d.upTo(1000),
  }
}
const anyRequest = (d: Dice, hostIds: readonly string[]): PlacementRequest => ({
  vcpus: 1 + d.upTo(8), memoryBytes: (1 + d.upTo(16)) * GiB, areaIds: d.oneOf([undefined, new Set(['a'])]), exclude: new Set(d.some(hostIds.slice(0, 5))), pools: d.oneOf([undefined, [pools], [[pools[0]!]]]),
  machine: d.oneOf([undefined, { machineType: 'pc-q35-9.0' }, { cpuModel: 'qemu64', machineType: 'pc-q35-7.2' }]), requiredLabels: d.some(labels).slice(0, 1), avoidedLabels: d.some(labels).slice(0, 1),
  groups: d.oneOf([undefined, undefined, [{ policy: d.oneOf(['affinity', 'anti-affinity']), strength: d.oneOf(['hard', 'soft']), hostIds: new Set(d.some(hostIds)) }]]),
})

/** The rules once more, each as plainly as it can be said. */
function mayTake(request: PlacementRequest, host: HostCandidate): boolean {
  const free = freeOn(host)
  const { machine } = host
  return host.state === 'up' && host.duty === 'service' && !host.isFrozen && host.cpus !== null
    && (!request.areaIds || request.areaIds.has(host.areaId)) && !request.exclude!.has(host.id)
    && request.memoryBytes <= free.memoryBytes && request.vcpus <= free.vcpus && request.vcpus <= host.cpus - host.reservedVcpus
    && request.requiredLabels!.every((label) => host.labels.includes(label)) && !request.avoidedLabels!.some((label) => host.labels.includes(label))
    && (request.pools ?? []).every((choice) => choice.some(({ id, areaId }) => areaId === host.areaId && !host.closedPoolIds.includes(id)))
    && (request.machine === undefined || (machine !== null && Number(machine.machineType.slice(-3)) >= Number(request.machine.machineType!.slice(-3)) && (request.machine.cpuModel === undefined || machine.cpuModel === 'qemu64' || machine.cpuModels !== undefined)))
    && (request.groups ?? []).every(({ policy, strength, hostIds }) => strength === 'soft' || hostIds.size === 0 || hostIds.has(host.id) === (policy === 'affinity'))
}

function eachWorld(work: (request: PlacementRequest, hosts: HostCandidate[], d: Dice) => void): void {
  const d = dice(20_261_122)
  for (let round = 0; round < 1000; round++) {
    const hosts = Array.from({ length: 1 + d.upTo(30) }, (_, n) => anyHost(d, `host-${n}`))
    work(anyRequest(d, hosts.map(({ id }) => id)), hosts, d)
  }
}

test('each host either may take the VM and is ranked, or is refused for one reason', () => {
  let ranks = 0
  eachWorld((request, hosts) => {
    const { ranked, refusals } = place(request, hosts)
    assert.deepEqual(new Set(ranked), new Set(hosts.filter((host) => mayTake(request, host))))
    assert.deepEqual([...ranked.map(({ id }) => id), ...refusals.map(({ hostId }) => hostId)].sort(), hosts.map(({ id }) => id).sort())
    ranks += ranked.length
  })
  assert.ok(ranks > 200, 'there were hosts to rank')
})

test('a policy chooses among the allowed: the same ones, whichever it is, and the order of the hosts does not matter', () => {
  eachWorld((request, hosts) => {
    const allowed = new Set(place(request, hosts).ranked.map(({ id }) => id))
    for (const name of policyNames) {
      const { ranked } = place(request, hosts, policies[name].score)
      assert.deepEqual(new Set(ranked.map(({ id }) => id)), allowed, name)
      if (name !== 'random') assert.deepEqual(place(request, hosts.toReversed(), policies[name].score).ranked, ranked, name)
    }
  })
})

test('the best by each policy is what its name says', () => {
  eachWorld((request, hosts) => {
    if (request.groups) return
    const best = (name: (typeof policyNames)[number]) => place(request, hosts, policies[name].score).ranked
    const [packed, roomiest, waited, spread] = [best('pack'), best('most-free-memory'), best('round-robin'), best('spread')]
    for (const host of packed) {
      assert.ok(freeOn(packed[0]!).memoryBytes <= freeOn(host).memoryBytes)
      assert.ok(freeOn(roomiest[0]!).memoryBytes >= freeOn(host).memoryBytes)
      assert.ok(waited[0]!.turn <= host.turn)
      assert.ok((freeOn(spread[0]!).memoryBytes - request.memoryBytes) / spread[0]!.memoryBytes! >= (freeOn(host).memoryBytes - request.memoryBytes) / host.memoryBytes!)
    }
  })
})

test('soft groups go before the policy, and refuse nobody', () => {
  eachWorld((request, hosts, d) => {
    const wished = new Set(d.some(hosts.map(({ id }) => id)))
    for (const policy of ['affinity', 'anti-affinity'] as const) {
      const { ranked } = place({ ...request, groups: [{ policy, strength: 'soft', hostIds: wished }] }, hosts)
      assert.equal(ranked.length, place({ ...request, groups: undefined }, hosts).ranked.length)
      if (wished.size === 0) continue
      const granted = ranked.map(({ id }) => wished.has(id) === (policy === 'affinity'))
      assert.deepEqual(granted, granted.toSorted((a, b) => Number(b) - Number(a)))
    }
  })
})

test('what a refusal says would fit, fits', () => {
  let told = 0
  eachWorld((request, hosts) => {
    const large = { ...request, memoryBytes: 1024 * GiB }
    const { ranked, refusals } = place(large, hosts)
    if (ranked.length > 0) return
    const fit = largestFit(large, refusals)
    if (!fit) return
    told++
    assert.ok(place({ ...large, ...fit }, hosts).ranked.length > 0)
    assert.equal(place({ ...large, vcpus: fit.vcpus, memoryBytes: 1024 * GiB }, hosts).ranked.length, 0)
  })
  assert.ok(told > 50)
})

test('each reason has its sentence, and groups count every host that was asked for', () => {
  const seen = new Set<string>()
  eachWorld((request, hosts) => {
    const { refusals } = place(request, hosts)
    for (const refusal of refusals) {
      seen.add(refusal.reason)
      const { message, remedy } = sayRefusal(request, refusal)
      assert.match(`${message} ${remedy}`, /^[A-Z][^.]*\. .*\.$|^It .*\. .*\.$/)
    }
    const asked = refusals.filter(({ reason }) => reason !== 'area' && reason !== 'excluded')
    assert.equal(groupRefusals(request, refusals).reduce((sum, group) => sum + group.refusals.length, 0), asked.length)
    assert.doesNotMatch(JSON.stringify(explainRefusals(request, refusals)), /host-/)
  })
  assert.deepEqual([...seen].sort(), [...refusalReasons].sort())
})

test('a module that throws, or answers no number, has failed', () => {
  const hosts = [anyHost(dice(1), 'h')].map((host) => ({ ...host, state: 'up' as const, duty: 'service' as const, isFrozen: false, cpus: 8, memoryBytes: 64 * GiB, promisedMemoryBytes: 0, promisedVcpus: 0, reservedVcpus: 0 }))
  for (const score of [() => { throw new Error('no') }, () => Number.NaN, () => '1', () => undefined] as unknown as (typeof policies)['pack']['score'][]) assert.throws(() => place({ vcpus: 1, memoryBytes: GiB }, hosts, score), PolicyFailed)
  assert.equal(place({ vcpus: 1, memoryBytes: GiB }, hosts, () => -Infinity).ranked.length, 1)
})
