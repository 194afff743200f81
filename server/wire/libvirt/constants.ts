// Libvirt's enumerations: states, reasons, events. Names and numbers are libvirt's, the prefix is the object's name.

/** `DomainGetState.state`. */
export const domainState = { NOSTATE: 0, RUNNING: 1, BLOCKED: 2, PAUSED: 3, SHUTDOWN: 4, SHUTOFF: 5, CRASHED: 6, PMSUSPENDED: 7 } as const

/** `DomainGetState.reason` while RUNNING. */
export const runningReason = {
  UNKNOWN: 0, BOOTED: 1, MIGRATED: 2, RESTORED: 3, FROM_SNAPSHOT: 4, UNPAUSED: 5, MIGRATION_CANCELED: 6, SAVE_CANCELED: 7,
  WAKEUP: 8, CRASHED: 9, POSTCOPY: 10, POSTCOPY_FAILED: 11,
} as const

/** `DomainGetState.reason` while PAUSED. */
export const pausedReason = {
  UNKNOWN: 0, USER: 1, MIGRATION: 2, SAVE: 3, DUMP: 4, IOERROR: 5, WATCHDOG: 6, FROM_SNAPSHOT: 7, SHUTTING_DOWN: 8,
  SNAPSHOT: 9, CRASHED: 10, STARTING_UP: 11, POSTCOPY: 12, POSTCOPY_FAILED: 13,
} as const

/** `DomainGetState.reason` while SHUTOFF. */
export const shutoffReason = { UNKNOWN: 0, SHUTDOWN: 1, DESTROYED: 2, CRASHED: 3, MIGRATED: 4, SAVED: 5, FAILED: 6, FROM_SNAPSHOT: 7, DAEMON: 8 } as const

/** The event `lifecycle`. */
export const lifecycleEvent = { DEFINED: 0, UNDEFINED: 1, STARTED: 2, SUSPENDED: 3, RESUMED: 4, STOPPED: 5, SHUTDOWN: 6, PMSUSPENDED: 7, CRASHED: 8 } as const

/** `lifecycle.detail`, by the event's name. */
export const lifecycleDetail = {
  DEFINED: { ADDED: 0, UPDATED: 1, RENAMED: 2, FROM_SNAPSHOT: 3 },
  UNDEFINED: { REMOVED: 0, RENAMED: 1 },
  STARTED: { BOOTED: 0, MIGRATED: 1, RESTORED: 2, FROM_SNAPSHOT: 3, WAKEUP: 4 },
  SUSPENDED: { PAUSED: 0, MIGRATED: 1, IOERROR: 2, WATCHDOG: 3, RESTORED: 4, FROM_SNAPSHOT: 5, API_ERROR: 6, POSTCOPY: 7, POSTCOPY_FAILED: 8 },
  RESUMED: { UNPAUSED: 0, MIGRATED: 1, FROM_SNAPSHOT: 2, POSTCOPY: 3, POSTCOPY_FAILED: 4 },
  STOPPED: { SHUTDOWN: 0, DESTROYED: 1, CRASHED: 2, MIGRATED: 3, SAVED: 4, FAILED: 5, FROM_SNAPSHOT: 6 },
  /** GUEST: the guest powered itself off; HOST: the host asked it to. */
  SHUTDOWN: { FINISHED: 0, GUEST: 1, HOST: 2 },
  CRASHED: { PANICKED: 0, CRASHLOADED: 1 },
} as const

export const ioErrorAction = { NONE: 0, PAUSE: 1, REPORT: 2 } as const
export const agentState = { CONNECTED: 1, DISCONNECTED: 2 } as const
export const blockJobType = { UNKNOWN: 0, PULL: 1, COPY: 2, COMMIT: 3, ACTIVE_COMMIT: 4, BACKUP: 5 } as const
export const blockJobStatus = { COMPLETED: 0, FAILED: 1, CANCELED: 2, READY: 3 } as const
/** `DomainGetJobStats.type`. */
export const jobType = { NONE: 0, BOUNDED: 1, UNBOUNDED: 2, COMPLETED: 3, FAILED: 4, CANCELLED: 5 } as const
/** The parameter `operation` of `DomainGetJobStats`. */
export const jobOperation = { UNKNOWN: 0, START: 1, SAVE: 2, RESTORE: 3, MIGRATION_IN: 4, MIGRATION_OUT: 5, SNAPSHOT: 6, SNAPSHOT_REVERT: 7, DUMP: 8, BACKUP: 9, SNAPSHOT_DELETE: 10 } as const

/** `StoragePoolGetInfo.state`. */
export const poolState = { INACTIVE: 0, BUILDING: 1, RUNNING: 2, DEGRADED: 3, INACCESSIBLE: 4 } as const
/** The event `poolLifecycle`. */
export const poolEvent = { DEFINED: 0, UNDEFINED: 1, STARTED: 2, STOPPED: 3, CREATED: 4, DELETED: 5 } as const
/** `StorageVolGetInfo.type`. */
export const volumeType = { FILE: 0, BLOCK: 1, DIR: 2, NETWORK: 3, NETDIR: 4, PLOOP: 5 } as const
export const wipeAlgorithm = { ZERO: 0, RANDOM: 8, TRIM: 9 } as const

/** `DomainSetMetadata.type`. */
export const metadataType = { DESCRIPTION: 0, TITLE: 1, ELEMENT: 2 } as const
/** `ConnectCompareHypervisorCpu.result`: the host lacks something, is the same, or has more. */
export const cpuCompare = { INCOMPATIBLE: 0, IDENTICAL: 1, SUPERSET: 2 } as const
/** `DomainInterfaceAddresses.source`. */
export const addressSource = { LEASE: 0, AGENT: 1, ARP: 2 } as const
export const addressType = { IPV4: 0, IPV6: 1 } as const
export const secretUsage = { NONE: 0, VOLUME: 1, CEPH: 2, ISCSI: 3, TLS: 4, VTPM: 5 } as const
/** `DomainMemoryStats` tags; values in KiB but for faults and LAST_UPDATE (seconds). */
export const memoryStat = { SWAP_IN: 0, SWAP_OUT: 1, MAJOR_FAULT: 2, MINOR_FAULT: 3, UNUSED: 4, AVAILABLE: 5, ACTUAL_BALLOON: 6, RSS: 7, USABLE: 8, LAST_UPDATE: 9, DISK_CACHES: 10 } as const
