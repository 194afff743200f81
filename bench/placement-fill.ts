// Fills hosts with VMs until the first one is refused, and says how full they are then. The hosts are named in the order in
// which the database's indexes name them, and a policy chooses among the first 32, as server/db/queries/find-host.ts does.
import { freeOn } from '../server/model/placement/candidate.ts'
import type { HostCandidate } from '../server/model/placement/candidate.ts'
import { place } from '../server/model/placement/place.ts'
import { policies } from '../server/model/placement/policy.ts'
import type { PolicyName } from '../server/model/placement/policy.ts'
import { GiB } from '../server/model/units.ts'

/** Sizes as public clouds sell them, and how often each is asked for: many small ones, few large ones (after the Azure traces of 2017 and 2020). */
const sizes = [
  { share: 0.30, vcpus: 1, memoryBytes: 2 * GiB }, { share: 0.24, vcpus: 2, memoryBytes: 4 * GiB }, { share: 0.16, vcpus: 2, memoryBytes: 8 * GiB }, { share: 0.10, vcpus: 4, memoryBytes: 8 * GiB },
  { share: 0.08, vcpus: 4, memoryBytes: 16 * GiB }, { share: 0.06, vcpus: 8, memoryBytes: 32 * GiB }, { share: 0.04, vcpus: 16, memoryBytes: 32 * GiB }, { share: 0.02, vcpus: 16, memoryBytes: 64 * GiB },
]
const [half, common, large] = [128 * GiB, 256 * GiB, 512 * GiB]

const first = 32

/** The same numbers each time (xorshift): policies meet the same requests. */
function dice(seed: number): () => number {
  let state = seed
  return () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return (state >>> 0) / 2 ** 32 }
}

export interface Filled { vms: number; memory: number; vcpus: number }

const freshHost = (n: number): HostCandidate => {
  const memoryBytes = [half, common, common, large][n % 4]!
  return {
    id: `host-${n}`, areaId: 'a', state: 'up', duty: 'service', isFrozen: false, cpus: memoryBytes / (4 * GiB), memoryBytes, reservedVcpus: 0, reservedMemoryBytes: 4 * GiB,
    promisedVcpus: 0, promisedMemoryBytes: 0, vcpuOvercommit: 2, memoryOvercommit: 1, labels: [], machine: null, closedPoolIds: [], turn: 0,
  }
}

export function fill(policy: Exclude<PolicyName, 'random'>, count: number): Filled {
  const throwDice = dice(4_711)
  const hosts = Array.from({ length: count }, (_, n) => freshHost(n))
  // Ascending by what the policy's index is on: `at` is its key.
  const keys: Record<typeof policy, (host: HostCandidate) => number> = {
    pack: (host) => freeOn(host).memoryBytes, 'most-free-memory': (host) => -freeOn(host).memoryBytes, spread: (host) => -freeOn(host).memoryBytes / (host.memoryBytes! - host.reservedMemoryBytes), 'round-robin': (host) => host.turn,
  }
  const key = keys[policy]
  const line = hosts.map((host) => ({ host, at: key(host) })).sort((a, b) => a.at - b.at)
  const placeOf = (at: number) => {
    let [low, high] = [0, line.length]
    while (low < high) { const middle = (low + high) >> 1; if (line[middle]!.at < at) low = middle + 1; else high = middle }
    return low
  }
  for (let vms = 0; ; vms++) {
    let luck = throwDice()
    const size = sizes.find(({ share }) => (luck -= share) < 0) ?? sizes[0]!
    const near: { host: HostCandidate; index: number }[] = []
    for (let index = policy === 'pack' ? placeOf(size.memoryBytes) : 0; index < line.length && near.length < first; index++) {
      const { host } = line[index]!
      const free = freeOn(host)
      if (free.memoryBytes >= size.memoryBytes && free.vcpus >= size.vcpus && host.cpus! >= size.vcpus) near.push({ host, index })
    }
    const [chosen] = place(size, near.map(({ host }) => host), policies[policy].score).ranked
    if (!chosen) {
      const sum = (of: (host: HostCandidate) => number) => hosts.reduce((all, host) => all + of(host), 0)
      return { vms, memory: sum((host) => host.promisedMemoryBytes) / sum((host) => host.memoryBytes! - host.reservedMemoryBytes), vcpus: sum((host) => host.promisedVcpus) / sum((host) => host.cpus! * host.vcpuOvercommit) }
    }
    const { index } = near.find(({ host }) => host === chosen)!
    line.splice(index, 1)
    chosen.promisedVcpus += size.vcpus
    chosen.promisedMemoryBytes += size.memoryBytes
    chosen.turn = vms + 1
    const at = key(chosen)
    line.splice(placeOf(at), 0, { host: chosen, at })
  }
}
