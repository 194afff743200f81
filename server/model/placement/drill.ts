// What would become of each host's VMs if it died now: a simulation of the recovery, host by host, over one look at an area.
import { freeOn } from './candidate.ts'
import type { HostCandidate } from './candidate.ts'
import { explainRefusals } from './explain.ts'
import { objectionTo, wishesGranted } from './filter.ts'
import { namedVms } from './loss.ts'
import type { HostLoss } from './loss.ts'
import type { MachineNeed } from './machine.ts'
import type { AffinityPolicy, AffinityStrength, PlacementRequest, Refusal } from './request.ts'

export interface DrillVm {
  id: string
  hostId: string
  vcpus: number
  memoryBytes: number
  machine: MachineNeed
  pools: readonly { id: string; areaId: string }[]
  requiredLabels: readonly string[]
  avoidedLabels: readonly string[]
  /** Of the groups that it is in. */
  groupIds: readonly string[]
  /** It has room on another host already, which it is moving to. */
  isPromised: boolean
}

/** What it is done with. VMs stand in the order in which a recovery starts them. */
export interface DrillArea {
  hosts: readonly HostCandidate[]
  vms: readonly DrillVm[]
  groups: ReadonlyMap<string, { policy: AffinityPolicy; strength: AffinityStrength }>
  /** Whether the area's policy fills hosts up; for all others the VMs are spread. */
  packs: boolean
}

interface Target { host: HostCandidate; free: { vcpus: number; memoryBytes: number }; at: number }

// Of the hosts that fit, as many are compared for the wishes of soft groups.
const compared = 32

/** For each host with VMs what its loss would mean. */
export function drill(area: DrillArea): Map<string, HostLoss> {
  const line = area.hosts.filter(({ state, duty, isFrozen }) => state === 'up' && duty === 'service' && !isFrozen).map((host) => targetOf(area, host)).sort((a, b) => a.at - b.at)
  const places = placesOf(area)
  const losses = new Map<string, HostLoss>()
  for (const [hostId, vms] of Map.groupBy(area.vms, (vm) => vm.hostId)) losses.set(hostId, lose(area, line, places, hostId, vms))
  return losses
}

/** The lower `at`, the sooner it is taken. */
function targetOf({ packs }: DrillArea, host: HostCandidate, taken = { vcpus: 0, memoryBytes: 0 }): Target {
  const free = freeOn(host)
  free.vcpus -= taken.vcpus
  free.memoryBytes -= taken.memoryBytes
  return { host, free, at: packs ? free.memoryBytes : -free.memoryBytes / (host.memoryBytes ?? 1) }
}

type Places = Map<string, Map<string, number>>

/** How many VMs of each group are on each host. */
function placesOf({ vms }: DrillArea): Places {
  const places: Places = new Map()
  for (const { groupIds, hostId } of vms) for (const id of groupIds) {
    const hosts = places.get(id) ?? new Map<string, number>()
    places.set(id, hosts.set(hostId, (hosts.get(hostId) ?? 0) + 1))
  }
  return places
}

function lose(area: DrillArea, line: readonly Target[], places: Places, lostId: string, vms: readonly DrillVm[]): HostLoss {
  const open = new Set(line.filter(({ host }) => host.id !== lostId).map(({ host }) => host.id))
  // Hosts that have been given VMs of the lost one; the line itself is that of all drills.
  const changed = new Map<string, Target>()
  const moved = new Map<string, string[]>()
  const reasons = new Map<string, string>()
  const loss: HostLoss = { ok: true, wouldNotFit: 0, vms: [] }
  for (const vm of vms) {
    if (vm.isPromised) continue
    const request = requestOf(area, places, { vm, lostId, open, moved })
    const target = choose(line, changed, request)
    if (target) {
      const before = freeOn(target.host)
      changed.set(target.host.id, targetOf(area, target.host, { vcpus: before.vcpus - target.free.vcpus + vm.vcpus, memoryBytes: before.memoryBytes - target.free.memoryBytes + vm.memoryBytes }))
      for (const id of vm.groupIds) moved.set(id, [...moved.get(id) ?? [], target.host.id])
      continue
    }
    loss.ok = false
    loss.wouldNotFit++
    if (loss.vms.length >= namedVms) continue
    const alike = JSON.stringify([vm.vcpus, vm.memoryBytes, vm.machine, vm.pools, vm.requiredLabels, vm.avoidedLabels, vm.groupIds])
    const reason = reasons.get(alike) ?? whyNot(area, changed, request)
    reasons.set(alike, reason)
    loss.vms.push({ vmId: vm.id, reason })
  }
  return loss
}

function requestOf({ groups }: DrillArea, places: Places, { vm, lostId, open, moved }: { vm: DrillVm; lostId: string; open: ReadonlySet<string>; moved: ReadonlyMap<string, string[]> }): PlacementRequest {
  const { vcpus, memoryBytes, machine, requiredLabels, avoidedLabels } = vm
  const rules = vm.groupIds.map((id) => {
    const rule = groups.get(id)!
    const others = [...places.get(id)?.keys() ?? []].filter((hostId) => hostId !== lostId && (rule.policy === 'anti-affinity' || open.has(hostId)))
    return { ...rule, hostIds: new Set([...others, ...moved.get(id) ?? []]) }
  })
  return { vcpus, memoryBytes, machine, requiredLabels, avoidedLabels, pools: vm.pools.map((pool) => [pool]), exclude: new Set([lostId]), groups: rules }
}

function choose(line: readonly Target[], changed: ReadonlyMap<string, Target>, request: PlacementRequest): Target | undefined {
  const fits = ({ host, free }: Target) => free.memoryBytes >= request.memoryBytes && free.vcpus >= request.vcpus && !objectionTo(request, host, free)
  const fitting = [...changed.values()].filter(fits)
  const wanted = request.groups!.some(({ strength }) => strength === 'soft') ? compared : 1
  let found = 0
  for (const target of line) {
    if (changed.has(target.host.id) || !fits(target)) continue
    fitting.push(target)
    if (++found >= wanted) break
  }
  const granted = (target: Target) => wishesGranted(request, target.host.id)
  return fitting.sort((a, b) => granted(b) - granted(a) || a.at - b.at)[0]
}

function whyNot({ hosts }: DrillArea, changed: ReadonlyMap<string, Target>, request: PlacementRequest): string {
  const refusals = hosts.flatMap((host): Refusal[] => {
    const free = changed.get(host.id)?.free ?? freeOn(host)
    const objection = objectionTo(request, host, free)
    return objection ? [{ hostId: host.id, ...objection, freeVcpus: free.vcpus, freeMemoryBytes: free.memoryBytes }] : []
  })
  return explainRefusals(request, refusals).message
}
