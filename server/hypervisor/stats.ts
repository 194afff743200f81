import type { DiskCounters, TrafficCounters } from '../model/counters.ts'

/** Counters of the host itself and of every VM that runs on it, from one moment. Times are sums over all processors. */
export interface HostCounters {
  /** Null where the host does not tell. Load averages come from the switch: libvirt has none. */
  cpu: { busyMs: number; ioWaitMs: number } | null
  memory: { totalBytes: number; freeBytes: number } | null
  vms: VmCounters[]
}

export interface VmCounters {
  domainUuid: string
  /** Another with each start: then all counters have begun anew. */
  life: number
  cpuMs: number | null
  memory: {
    /** What its machine takes of the host. */
    residentBytes: number | null
    /** What the guest says it uses, without caches that it can give back; null when its balloon driver does not tell. */
    usedBytes: number | null
  }
  /** Null when QEMU could not be asked in this moment. */
  disks: (DiskCounters & { target: string })[] | null
  /** Seen from the guest. */
  interfaces: (TrafficCounters & { device: string })[] | null
}

export interface StatsDriver {
  /** Does not wait for a guest whose QEMU hangs: what it cannot tell is null, or left out. Domains of others are among them. */
  counters(): Promise<HostCounters>
}
