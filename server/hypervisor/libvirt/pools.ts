import { KloudakError } from '../../model/errors.ts'
import { poolState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { PoolRef as WirePool } from '../../wire/libvirt/protocol/types.ts'
import type { HypervisorDriver, PoolRef } from '../driver.ts'
import type { Calls } from './calls.ts'
import { inUse, whenFree } from './calls.ts'
import { refusedWith } from './errors.ts'
import { poolXml, readPoolPath } from './storage-xml.ts'

/** How long a refresh may wait for another operation of the pool before it is given up; it only makes news younger. */
const refreshPatienceMs = 1_000

type Pools = Pick<HypervisorDriver, 'poolFacts' | 'ensurePool'>

export function poolsOf(calls: Calls): Pools {
  return {
    async poolFacts({ name }) {
      const pool = await lookup(calls, name)
      await refresh(calls, pool)
      const { state, capacityBytes, availableBytes } = await calls.quick('StoragePoolGetInfo', { pool })
      return { capacityBytes: Number(capacityBytes), availableBytes: Number(availableBytes), active: state === poolState.RUNNING }
    },

    // The folder is never made here: where its file system is not mounted, an empty folder on the host's own disk would
    // pass for the pool.
    async ensurePool(wanted) {
      const found = await lookup(calls, wanted.name).catch((error: unknown) => { if (refusedWith(error, errorCode.NO_STORAGE_POOL)) return undefined; throw error })
      const pool = found ?? (await calls.job('StoragePoolDefineXml', { xml: poolXml(wanted) })).pool
      if (found) await checkPath(calls, found, wanted)
      if ((await calls.quick('StoragePoolGetInfo', { pool })).state === poolState.RUNNING) return
      try { await calls.job('StoragePoolCreate', { pool }) } catch (error) {
        // Another worker started it in between.
        if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
      }
    },
  }
}

async function lookup(calls: Calls, name: string): Promise<WirePool> {
  return (await calls.quick('StoragePoolLookupByName', { name })).pool
}

async function checkPath(calls: Calls, pool: WirePool, wanted: PoolRef): Promise<void> {
  const path = readPoolPath((await calls.quick('StoragePoolGetXmlDesc', { pool })).xml)
  if (path !== wanted.path) throw new KloudakError('CONFLICT', `The pool ${wanted.name} lies at ${path}, not at ${wanted.path}.`, { remedy: 'Name the pool differently, or remove the other one from the host.' })
}

/**
 * Makes libvirt read the folder again: it keeps its own list, and on shared storage other hosts write too. A pool that is
 * busy or stopped is left as it is.
 */
export async function refresh(calls: Calls, pool: WirePool): Promise<void> {
  try {
    await whenFree(calls, [...inUse, errorCode.INTERNAL_ERROR], () => calls.job('StoragePoolRefresh', { pool }), refreshPatienceMs)
  } catch (error) {
    if (!refusedWith(error, ...inUse, errorCode.INTERNAL_ERROR)) throw error
  }
}

/** As `refresh`, by the pool's name; NOT_FOUND when there is no such pool. */
export async function refreshByName(calls: Calls, name: string): Promise<WirePool> {
  const pool = await lookup(calls, name)
  await refresh(calls, pool)
  return pool
}
