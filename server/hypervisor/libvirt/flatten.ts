import { KloudakError } from '../../model/errors.ts'
import { blockJobType } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import type { ObservedDisk } from './domain-read.ts'
import { readDisks } from './domain-read.ts'
import { refusedWith } from './errors.ts'
import { refresh } from './pools.ts'
import { readVolume } from './storage-xml.ts'

type Flatten = Pick<HypervisorDriver, 'startFlatten' | 'flattenProgress' | 'cancelFlatten'>

/** By libvirt's block pull: the host copies on its own, so the work is started, looked at, and stopped. */
export function flattenOf(calls: Calls): Flatten {
  return {
    async startFlatten(domainUuid, index) {
      const disk = await needDisk(calls, domainUuid, index)
      if (!(await standsOnAnother(calls, disk)) || (await jobOf(calls, domainUuid, disk))) return
      await calls.job('DomainBlockPull', { domain: domainRef(domainUuid), disk: disk.target, bandwidth: 0n })
    },

    async flattenProgress(domainUuid, index) {
      const disk = await needDisk(calls, domainUuid, index)
      const job = disk.hasBacking === undefined ? undefined : await jobOf(calls, domainUuid, disk)
      if (job) return { done: false, copiedBytes: Number(job.current), totalBytes: Number(job.end) }
      // Read anew: the copy may have ended between the two questions.
      const now = await needDisk(calls, domainUuid, index)
      if (await standsOnAnother(calls, now)) throw new KloudakError('WRONG_STATE', 'No copy of this disk runs.')
      const totalBytes = await settle(calls, now)
      return { done: true, copiedBytes: totalBytes, totalBytes }
    },

    async cancelFlatten(domainUuid, index) {
      try {
        const disk = await needDisk(calls, domainUuid, index)
        if (disk.hasBacking === undefined || !(await jobOf(calls, domainUuid, disk))) return
        await calls.job('DomainBlockJobAbort', { domain: domainRef(domainUuid), disk: disk.target })
      } catch (error) {
        // Gone, stopped, or the copy ended by itself.
        if (error instanceof KloudakError && error.code === 'NOT_FOUND') return
        if (!refusedWith(error, errorCode.NO_DOMAIN, errorCode.OPERATION_INVALID, errorCode.INVALID_ARG)) throw error
      }
    },
  }
}

async function needDisk(calls: Calls, domainUuid: string, index: number): Promise<ObservedDisk & { path: string }> {
  const disk = readDisks((await calls.quick('DomainGetXmlDesc', { domain: domainRef(domainUuid) })).xml)[index]
  if (disk?.path === undefined) throw new KloudakError('NOT_FOUND', `The VM has no disk ${index}.`)
  return { ...disk, path: disk.path }
}

async function jobOf(calls: Calls, domainUuid: string, disk: ObservedDisk): Promise<{ current: bigint; end: bigint } | undefined> {
  const job = await calls.job('DomainGetBlockJobInfo', { domain: domainRef(domainUuid), disk: disk.target })
  return job.found && job.type === blockJobType.PULL ? job : undefined
}

/** A running domain knows its chain; of one that is stopped the file's header tells. */
async function standsOnAnother(calls: Calls, disk: ObservedDisk & { path: string }): Promise<boolean> {
  if (disk.hasBacking !== undefined) return disk.hasBacking
  const { volume } = await calls.quick('StorageVolLookupByPath', { path: disk.path })
  return readVolume((await calls.quick('StorageVolGetXmlDesc', { volume })).xml).backingPath !== undefined
}

/** Makes the pool's list tell what the copy has changed; gives the disk's size. */
async function settle(calls: Calls, { path }: { path: string }): Promise<number> {
  const { volume } = await calls.quick('StorageVolLookupByPath', { path })
  const { pool } = await calls.quick('StoragePoolLookupByName', { name: volume.pool })
  await refresh(calls, pool)
  return readVolume((await calls.quick('StorageVolGetXmlDesc', { volume })).xml).capacityBytes
}
