// Libvirt's flag bits, by the call that takes them. Names and numbers are libvirt's.

export const connectFlag = { READ_ONLY: 1 } as const
/** `ConnectSupportsFeature`: also tells the daemon that this client answers keepalive. */
export const feature = { PROGRAM_KEEPALIVE: 10 } as const

/** What a change concerns: Attach, Detach, Update, SetVcpus, SetMemory, SetMetadata and most tuning. */
export const affect = { CURRENT: 0, LIVE: 1, CONFIG: 2 } as const
export const vcpuFlag = { MAXIMUM: 4, GUEST: 8, HOTPLUGGABLE: 16 } as const
export const memoryFlag = { MAXIMUM: 4 } as const

export const defineFlag = { VALIDATE: 1 } as const
export const startFlag = { PAUSED: 1, AUTODESTROY: 2, BYPASS_CACHE: 4, FORCE_BOOT: 8, VALIDATE: 16, RESET_NVRAM: 32 } as const
export const destroyFlag = { GRACEFUL: 1, REMOVE_LOGS: 2 } as const
export const undefineFlag = { MANAGED_SAVE: 1, SNAPSHOTS_METADATA: 2, NVRAM: 4, KEEP_NVRAM: 8, CHECKPOINTS_METADATA: 16, TPM: 32, KEEP_TPM: 64 } as const
export const passwordFlag = { ENCRYPTED: 1 } as const
export const shutdownFlag = { ACPI_POWER_BTN: 1, GUEST_AGENT: 2 } as const
export const xmlFlag = { SECURE: 1, INACTIVE: 2, UPDATE_CPU: 4, MIGRATABLE: 8 } as const
export const listDomainsFlag = { ACTIVE: 1, INACTIVE: 2, PERSISTENT: 4, TRANSIENT: 8, RUNNING: 16, PAUSED: 32, SHUTOFF: 64, OTHER: 128 } as const

export const migrateFlag = {
  LIVE: 1, PEER2PEER: 2, PERSIST_DEST: 8, UNDEFINE_SOURCE: 16, PAUSED: 32, NON_SHARED_DISK: 64, NON_SHARED_INC: 128,
  CHANGE_PROTECTION: 256, UNSAFE: 512, OFFLINE: 1024, ABORT_ON_ERROR: 4096, AUTO_CONVERGE: 8192, POSTCOPY: 32_768, TLS: 65_536, PARALLEL: 131_072,
} as const
/** `DomainGetJobStats`: of the job that ended last, told once unless kept. */
export const jobStatsFlag = { COMPLETED: 1, KEEP_COMPLETED: 2 } as const

/** `ConnectGetAllDomainStats.stats`; 0 asks for all. */
export const domainStats = { STATE: 1, CPU_TOTAL: 2, BALLOON: 4, VCPU: 8, INTERFACE: 16, BLOCK: 32, PERF: 64, IOTHREAD: 128, MEMORY: 256 } as const
/** `ConnectGetAllDomainStats.flags`. NOWAIT always. */
export const statsFlag = { ACTIVE: 1, INACTIVE: 2, RUNNING: 16, NOWAIT: 0x2000_0000, BACKING: 0x4000_0000, ENFORCE_STATS: 0x8000_0000 } as const

export const blockResizeFlag = { BYTES: 1 } as const
export const blockJobAbortFlag = { ASYNC: 1, PIVOT: 2 } as const
export const blockCommitFlag = { SHALLOW: 1, DELETE: 2, ACTIVE: 4, RELATIVE: 8, BANDWIDTH_BYTES: 16 } as const
export const blockCopyFlag = { SHALLOW: 1, REUSE_EXT: 2, TRANSIENT_JOB: 4, SYNCHRONOUS_WRITES: 8 } as const
export const snapshotFlag = { REDEFINE: 1, CURRENT: 2, NO_METADATA: 4, HALT: 8, DISK_ONLY: 16, REUSE_EXT: 32, QUIESCE: 64, ATOMIC: 128, LIVE: 256 } as const
export const snapshotDeleteFlag = { CHILDREN: 1, METADATA_ONLY: 2, CHILDREN_ONLY: 4 } as const

export const poolBuildFlag = { NO_OVERWRITE: 4, OVERWRITE: 8 } as const
export const poolCreateFlag = { WITH_BUILD: 1 } as const
export const listPoolsFlag = { INACTIVE: 1, ACTIVE: 2, PERSISTENT: 4, TRANSIENT: 8 } as const
export const volumeCreateFlag = { PREALLOC_METADATA: 1, REFLINK: 2 } as const
export const volumeDeleteFlag = { ZEROED: 1, WITH_SNAPSHOTS: 2 } as const
export const volumeResizeFlag = { ALLOCATE: 1, DELTA: 2, SHRINK: 4 } as const
export const consoleFlag = { FORCE: 1, SAFE: 2 } as const
