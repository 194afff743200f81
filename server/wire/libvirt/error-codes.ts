/** virErrorNumber, as far as a caller decides by it. The whole list: libvirt.org/html/libvirt-virterror.html */
export const errorCode = {
  INTERNAL_ERROR: 1,
  NO_MEMORY: 2,
  /** The driver does not have the function. */
  NO_SUPPORT: 3,
  NO_CONNECT: 5,
  INVALID_CONN: 6,
  INVALID_DOMAIN: 7,
  INVALID_ARG: 8,
  OPERATION_FAILED: 9,
  /** XML that is well-formed and makes no sense. */
  XML_ERROR: 27,
  /** A domain of this name or UUID exists already. */
  DOM_EXIST: 28,
  OPERATION_DENIED: 29,
  /** XML that is not well-formed. */
  XML_DETAIL: 35,
  /** An errno underneath, in `int1`. */
  SYSTEM_ERROR: 38,
  /** Also the answer to a procedure that this libvirt does not know. */
  RPC: 39,
  NO_DOMAIN: 42,
  AUTH_FAILED: 45,
  INVALID_STORAGE_POOL: 46,
  INVALID_STORAGE_VOL: 47,
  NO_STORAGE_POOL: 49,
  NO_STORAGE_VOL: 50,
  NO_NODE_DEVICE: 53,
  /** Not in this state: starting a domain that runs, for example. */
  OPERATION_INVALID: 55,
  NO_SECRET: 66,
  CONFIG_UNSUPPORTED: 67,
  /** Another job held the domain for too long. */
  OPERATION_TIMEOUT: 68,
  MIGRATE_PERSIST_FAILED: 69,
  NO_DOMAIN_SNAPSHOT: 72,
  INVALID_STREAM: 73,
  ARGUMENT_UNSUPPORTED: 74,
  STORAGE_PROBE_FAILED: 75,
  STORAGE_POOL_BUILT: 76,
  SNAPSHOT_REVERT_RISKY: 77,
  OPERATION_ABORTED: 78,
  AUTH_CANCELLED: 79,
  NO_DOMAIN_METADATA: 80,
  MIGRATE_UNSAFE: 81,
  OVERFLOW: 82,
  BLOCK_COPY_ACTIVE: 83,
  OPERATION_UNSUPPORTED: 84,
  /** The guest's agent does not answer. */
  AGENT_UNRESPONSIVE: 86,
  RESOURCE_BUSY: 87,
  ACCESS_DENIED: 88,
  STORAGE_VOL_EXIST: 90,
  CPU_INCOMPATIBLE: 91,
  XML_INVALID_SCHEMA: 92,
  /** Finish succeeded although the migration was cancelled. */
  MIGRATE_FINISH_OK: 93,
  AUTH_UNAVAILABLE: 94,
  AGENT_UNSYNCED: 97,
  DEVICE_MISSING: 99,
  NO_DOMAIN_CHECKPOINT: 103,
  NO_DOMAIN_BACKUP: 104,
  CHECKPOINT_INCONSISTENT: 109,
  MULTIPLE_DOMAINS: 110,
} as const
