import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { KloudakError } from '../../model/errors.ts'
import { blockJobType } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { blockCopyFlag, startFlag } from '../../wire/libvirt/flag-constants.ts'
import type { DiskSpec } from '../driver.ts'
import type { Calls } from './calls.ts'
import { diskSource } from './disk-source.ts'
import { refusedWith } from './errors.ts'
import { element, writeXml } from './xml.ts'

const pollMs = 50
/** The only machines that are called so; they are nobody's VM. */
export const copyMachinePrefix = 'kloudak-copy-'

/**
 * Copies one volume into another that is there and has the same size, of whatever kinds and formats. Libvirt neither writes into
 * Ceph nor reads from it, but QEMU does: a machine whose processors never run has the one as its disk, and mirrors it to the
 * other. It ends with the copy, and with the connection if that is lost (AUTODESTROY).
 */
export async function copyVolume(calls: Calls, from: DiskSpec, to: DiskSpec): Promise<void> {
  const uuid = randomUUID()
  const { domain } = await calls.job('DomainCreateXml', { xml: machineXml(uuid, from), flags: startFlag.PAUSED | startFlag.AUTODESTROY })
  try {
    await calls.job('DomainBlockCopy', { domain, disk: 'vda', destinationXml: writeXml(diskElement(to)), params: [], flags: blockCopyFlag.REUSE_EXT | blockCopyFlag.TRANSIENT_JOB })
    for (;;) {
      const job = await calls.job('DomainGetBlockJobInfo', { domain, disk: 'vda' })
      if (!job.found || job.type !== blockJobType.COPY) throw new KloudakError('INTERNAL', `The copy of ${from.volume} into the pool ${to.pool.name} broke off.`, { remedy: 'Look whether the storage is full, or away. The host\'s log of its guests tells more.' })
      if (job.end > 0n && job.current === job.end) break
      await delay(pollMs, undefined, { signal: calls.control.signal }).catch(() => { throw new KloudakError('CANCELLED', 'The work was cancelled.') })
    }
    await calls.job('DomainBlockJobAbort', { domain, disk: 'vda' })
  } finally {
    await calls.job('DomainDestroyFlags', { domain }).catch((error: unknown) => {
      // Gone with its connection; or this piece of work may call nothing more, and it goes with the connection later.
      if (!refusedWith(error, errorCode.NO_DOMAIN, errorCode.OPERATION_INVALID) && !calls.control.signal?.aborted) throw error
    })
  }
}

function machineXml(uuid: string, disk: DiskSpec): string {
  return writeXml(element('domain', { type: 'qemu' },
    element('name', {}, `${copyMachinePrefix}${uuid}`),
    element('uuid', {}, uuid),
    element('memory', { unit: 'MiB' }, '16'),
    element('vcpu', {}, '1'),
    element('os', {}, element('type', {}, 'hvm')),
    element('devices', {}, diskElement(disk), element('controller', { type: 'usb', model: 'none' }), element('memballoon', { model: 'none' })),
  ))
}

function diskElement({ pool, volume, format }: DiskSpec) {
  const { type, source } = diskSource({ pool, volume })
  return element('disk', { type, device: 'disk' }, element('driver', { name: 'qemu', type: format }), source, element('target', { dev: 'vda', bus: 'virtio' }))
}
