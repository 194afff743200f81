import { poolState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { PoolRef } from '../driver.ts'
import type { Calls } from './calls.ts'
import { refusedWith } from './errors.ts'
import { poolXml } from './pool-xml.ts'

/** A folder on the host's own disk: what is written to Ceph passes through it, and what is read from there. */
export const staging: PoolRef = { name: 'kloudak-staging', path: '/var/lib/libvirt/kloudak-staging' }

export async function ensureStaging(calls: Calls): Promise<void> {
  const found = await calls.quick('StoragePoolLookupByName', { name: staging.name }).catch((error: unknown) => { if (refusedWith(error, errorCode.NO_STORAGE_POOL)) return undefined; throw error })
  const { pool } = found ?? await calls.job('StoragePoolDefineXml', { xml: poolXml(staging) })
  if ((await calls.quick('StoragePoolGetInfo', { pool })).state === poolState.RUNNING) return
  await calls.job('StoragePoolBuild', { pool })
  try { await calls.job('StoragePoolCreate', { pool }) } catch (error) {
    // Another worker started it in between.
    if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
  }
}
