import { freeOn } from '../../server/model/placement/candidate.ts'

interface Area { vcpuOvercommit: number; memoryOvercommit: number }
interface Host { hostState: string; cpus: number | null; memoryBytes: number | null; reservedVcpus: number; reservedMemoryBytes: number; promised: { vcpus: number; memoryBytes: number; vms: number } }

/** What an area's hosts keep for themselves, may promise to VMs and have promised. */
export interface Room { hosts: number; up: number; vms: number; reservedVcpus: number; reservedMemoryBytes: number; promisedVcpus: number; promisedMemoryBytes: number; mayPromiseVcpus: number; mayPromiseMemoryBytes: number }

/** Hosts that have not said yet what they have may promise nothing. */
export function roomOf({ vcpuOvercommit, memoryOvercommit }: Area, hosts: readonly Host[]): Room {
  const room: Room = { hosts: hosts.length, up: 0, vms: 0, reservedVcpus: 0, reservedMemoryBytes: 0, promisedVcpus: 0, promisedMemoryBytes: 0, mayPromiseVcpus: 0, mayPromiseMemoryBytes: 0 }
  for (const host of hosts) {
    const whole = freeOn({ ...host, promisedVcpus: 0, promisedMemoryBytes: 0, vcpuOvercommit, memoryOvercommit })
    if (host.hostState === 'UP') room.up++
    room.vms += host.promised.vms
    room.reservedVcpus += host.reservedVcpus
    room.reservedMemoryBytes += host.reservedMemoryBytes
    room.promisedVcpus += host.promised.vcpus
    room.promisedMemoryBytes += host.promised.memoryBytes
    room.mayPromiseVcpus += Math.max(0, whole.vcpus)
    room.mayPromiseMemoryBytes += Math.max(0, whole.memoryBytes)
  }
  return room
}
