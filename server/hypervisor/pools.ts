import type { PoolRef } from '../model/pool.ts'

export type { PoolRef }

export interface PoolFacts { capacityBytes: number; availableBytes: number; active: boolean }

/** What a host can do with storage pools as a whole. Errors as those of HypervisorDriver, of which this is a part. */
export interface PoolDriver {
  poolFacts(pool: PoolRef): Promise<PoolFacts>
  /**
   * Defines and starts the pool when it is not there; a network file system is mounted by that. The folder of a directory
   * pool is never made. `secret`: the key of the Ceph user, in base64; the host is given it anew, and keeps it in its memory
   * alone. CONFLICT when the host has another pool under that name.
   */
  ensurePool(pool: PoolRef, options?: { secret?: string | undefined }): Promise<void>
  /**
   * Stops the pool and forgets it; a network file system is unmounted. What is in it is not touched. Absence is success, and
   * another pool of that name is left alone. WRONG_STATE when something on the host still uses it.
   */
  removePool(pool: PoolRef): Promise<void>
}
