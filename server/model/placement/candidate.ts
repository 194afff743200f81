import type { HostDuty, HostState } from '../host.ts'
import type { HostMachine } from './machine.ts'

/** A host as placement sees it: what it has, what it has promised, and how far its area lets promises go beyond it. */
export interface HostCandidate {
  id: string
  areaId: string
  state: HostState
  duty: HostDuty
  /** Waits for an operator's review: nothing on it may be changed. */
  isFrozen: boolean
  /** Null until the host has reported. */
  cpus: number | null
  memoryBytes: number | null
  /** Kept for the host's own use: processors and memory that VMs never get. */
  reservedVcpus: number
  reservedMemoryBytes: number
  promisedVcpus: number
  promisedMemoryBytes: number
  vcpuOvercommit: number
  memoryOvercommit: number
  labels: readonly string[]
  /** What guests it can run; null until it has reported. */
  machine: HostMachine | null
  /** Pools of its area that this host cannot use now. */
  closedPoolIds: readonly string[]
  /** Grows with each VM that is placed anywhere: the host with the lowest has waited longest. */
  turn: number
}

/** What a host may still promise; below zero when its area's ratios were lowered after the fact. */
export function freeOn(host: Pick<HostCandidate, 'cpus' | 'memoryBytes' | 'reservedVcpus' | 'reservedMemoryBytes' | 'promisedVcpus' | 'promisedMemoryBytes' | 'vcpuOvercommit' | 'memoryOvercommit'>): { vcpus: number; memoryBytes: number } {
  return {
    vcpus: Math.floor(((host.cpus ?? 0) - host.reservedVcpus) * host.vcpuOvercommit) - host.promisedVcpus,
    memoryBytes: Math.floor(((host.memoryBytes ?? 0) - host.reservedMemoryBytes) * host.memoryOvercommit) - host.promisedMemoryBytes,
  }
}
