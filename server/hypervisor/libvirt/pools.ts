import { KloudakError } from '../../model/errors.ts'
import type { RbdSource } from '../../model/pool.ts'
import { poolState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { PoolRef as WirePool } from '../../wire/libvirt/protocol/types.ts'
import type { PoolRef } from '../driver.ts'
import type { PoolDriver } from '../pools.ts'
import type { Calls } from './calls.ts'
import { inUse, whenFree } from './calls.ts'
import { refusedWith } from './errors.ts'
import { poolOrigin, poolXml, readPoolPath, secretXml } from './pool-xml.ts'

/** How long a refresh may wait for another operation of the pool before it is given up; it only makes news younger. */
const refreshPatienceMs = 1_000

export function poolsOf(calls: Calls): PoolDriver {
  return {
    async poolFacts({ name }) {
      const pool = await lookup(calls, name)
      await refresh(calls, pool)
      const { state, capacityBytes, availableBytes } = await calls.quick('StoragePoolGetInfo', { pool })
      return { capacityBytes: Number(capacityBytes), availableBytes: Number(availableBytes), active: state === poolState.RUNNING }
    },

    async ensurePool(wanted, { secret } = {}) {
      if (wanted.source?.kind === 'rbd' && secret !== undefined) await ensureSecret(calls, wanted.source, secret)
      const found = await findPool(calls, wanted.name)
      const pool = found ?? (await calls.job('StoragePoolDefineXml', { xml: poolXml(wanted) })).pool
      if (found) await checkOrigin(calls, found, wanted)
      if ((await calls.quick('StoragePoolGetInfo', { pool })).state === poolState.RUNNING) return
      // The folder of a directory pool is never made here: where its file system is not mounted, an empty folder on the host's
      // own disk would pass for the pool. A mount point is no more than that.
      if (wanted.source?.kind === 'netfs') await calls.job('StoragePoolBuild', { pool })
      try { await calls.job('StoragePoolCreate', { pool }) } catch (error) {
        // Another worker started it in between.
        if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
      }
    },

    async removePool(unwanted) {
      const pool = await findPool(calls, unwanted.name)
      if (pool && await originOf(calls, pool) === poolOrigin(poolXml(unwanted))) {
        if ((await calls.quick('StoragePoolGetInfo', { pool })).state !== poolState.INACTIVE) await stop(calls, pool)
        await unlessGone(calls.job('StoragePoolUndefine', { pool }), errorCode.NO_STORAGE_POOL)
      }
      if (unwanted.source?.kind === 'rbd') await forgetSecret(calls, unwanted.source)
    },
  }
}

/** Undefining comes after: a pool that still has a mount that is used stays whole. */
async function stop(calls: Calls, pool: WirePool): Promise<void> {
  try {
    await calls.job('StoragePoolDestroy', { pool })
  } catch (error) {
    if (refusedWith(error, errorCode.NO_STORAGE_POOL)) return
    // Another worker stopped it in between.
    if ((await calls.quick('StoragePoolGetInfo', { pool })).state === poolState.INACTIVE) return
    if (!refusedWith(error, errorCode.INTERNAL_ERROR)) throw error
    throw new KloudakError('WRONG_STATE', `The pool ${pool.name} cannot be stopped on this host: something there still uses it.`, { cause: error, remedy: 'Stop what uses its files on the host, then try again.' })
  }
}

async function ensureSecret(calls: Calls, source: RbdSource, value: string): Promise<void> {
  const { secret } = await calls.job('SecretDefineXml', { xml: secretXml(source) })
  await calls.job('SecretSetValue', { secret, value: Buffer.from(value, 'base64') })
}

async function forgetSecret(calls: Calls, { secretUuid }: RbdSource): Promise<void> {
  try {
    const { secret } = await calls.quick('SecretLookupByUuid', { uuid: secretUuid })
    await calls.job('SecretUndefine', { secret })
  } catch (error) {
    if (!refusedWith(error, errorCode.NO_SECRET)) throw error
  }
}

async function unlessGone(work: Promise<unknown>, code: number): Promise<void> {
  try { await work } catch (error) { if (!refusedWith(error, code)) throw error }
}

async function lookup(calls: Calls, name: string): Promise<WirePool> {
  return (await calls.quick('StoragePoolLookupByName', { name })).pool
}

async function findPool(calls: Calls, name: string): Promise<WirePool | undefined> {
  try { return await lookup(calls, name) } catch (error) {
    if (refusedWith(error, errorCode.NO_STORAGE_POOL)) return undefined
    throw error
  }
}

async function originOf(calls: Calls, pool: WirePool): Promise<string> {
  return poolOrigin((await calls.quick('StoragePoolGetXmlDesc', { pool })).xml)
}

async function checkOrigin(calls: Calls, pool: WirePool, wanted: PoolRef): Promise<void> {
  const { xml } = await calls.quick('StoragePoolGetXmlDesc', { pool })
  if (poolOrigin(xml) === poolOrigin(poolXml(wanted))) return
  const path = readPoolPath(xml)
  throw new KloudakError('CONFLICT', path === wanted.path ? `The host has another pool named ${wanted.name}.` : `The pool ${wanted.name} lies at ${path}, not at ${wanted.path}.`, { remedy: 'Name the pool differently, or remove the other one from the host.' })
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
