// (c) Choosing a host among 10,000, beside a plain scan for the host with most free memory.
import type { HostCandidate } from '../server/model/placement/candidate.ts'
import { place } from '../server/model/placement/place.ts'
import { GiB } from '../server/model/units.ts'
import { show, time } from './measure.ts'
import type { Bench } from './measure.ts'

const count = 10_000

export const bench: Bench = {
  name: 'Placement',
  async rows() {
    const hosts = Array.from({ length: count }, (_, n): HostCandidate => ({
      id: `host-${n}`, areaId: `area-${n % 4}`, state: n % 50 === 0 ? 'down' : 'up', duty: 'service' as const, isFrozen: false, cpus: 64, memoryBytes: 256 * GiB, reservedVcpus: 0, reservedMemoryBytes: 4 * GiB, labels: [], machine: null, closedPoolIds: [], turn: n,
      promisedVcpus: (n * 7) % 250, promisedMemoryBytes: ((n * 13) % 250) * GiB, vcpuOvercommit: 4, memoryOvercommit: 1,
    }))
    const request = { vcpus: 4, memoryBytes: 8 * GiB, areaIds: new Set(['area-1', 'area-2']) }
    const ours = await time(async () => place(request, hosts), { rounds: 300, warmUp: 50 })
    let kept: HostCandidate | undefined
    const scan = await time(async () => {
      kept = undefined
      let most = 0
      for (const host of hosts) {
        const free = host.memoryBytes! - host.reservedMemoryBytes - host.promisedMemoryBytes
        if (free > most) { most = free; kept = host }
      }
    }, { rounds: 300, warmUp: 50 })
    if (!kept) throw new Error('the scan found no host')
    return [{ what: `one of ${count.toLocaleString('en')} hosts, ranked, with a reason for each refusal`, ours: show(ours), peer: `a bare scan for the most free memory ${show(scan)}`, ratio: (ours.p50 / scan.p50).toFixed(1), goal: '<= 5 ms p99' }]
  },
}
