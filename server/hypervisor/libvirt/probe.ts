import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { LibvirtError } from '../../wire/libvirt/errors.ts'
import { startFlag } from '../../wire/libvirt/flag-constants.ts'
import { probePrefix } from '../driver.ts'
import type { Calls } from './calls.ts'
import { refusedWith } from './errors.ts'
import { element, writeXml } from './xml.ts'

/** How long the probe guest may take for what takes it a second. */
const probeTimeoutMs = 10_000
const pollMs = 50

/**
 * Whether guests really run under KVM here: the device may be there and guests hang on it all the same. A guest without
 * disks and network is started; its firmware finds nothing to boot and resets at once, which this domain's definition
 * makes its end. So when it is gone by itself, processor instructions, timers and devices have worked. Never throws for
 * what the guest does; false when in doubt.
 */
export async function kvmRunsGuests(calls: Calls, guest: { architecture: string; emulator: string; machineType: string; cpuModel: string }, timeoutMs = probeTimeoutMs): Promise<boolean> {
  const uuid = randomUUID()
  const xml = writeXml(element('domain', { type: 'kvm' },
    element('name', {}, `${probePrefix}${uuid}`),
    element('uuid', {}, uuid),
    element('memory', { unit: 'MiB' }, '32'),
    element('vcpu', {}, '1'),
    element('os', {}, element('type', { arch: guest.architecture, machine: guest.machineType }, 'hvm'), element('bios', { rebootTimeout: 0 })),
    element('features', {}, element('acpi'), element('apic')),
    // As guests will have it: another model may work, or fail, for reasons of its own.
    element('cpu', { mode: 'custom', match: 'exact', check: 'partial' }, element('model', { fallback: 'forbid' }, guest.cpuModel)),
    element('on_reboot', {}, 'destroy'),
    element('devices', {}, element('emulator', {}, guest.emulator), element('controller', { type: 'usb', model: 'none' }), element('memballoon', { model: 'none' })),
  ))
  const domain = await calls.job('DomainCreateXml', { xml, flags: startFlag.PAUSED | startFlag.AUTODESTROY }).then((reply) => reply.domain, (error: unknown) => {
    if (error instanceof LibvirtError) return undefined
    throw error
  })
  if (!domain) return false
  const end = performance.now() + timeoutMs
  try {
    await calls.job('DomainResume', { domain })
    while (performance.now() < end) {
      await calls.quick('DomainGetState', { domain })
      await delay(pollMs)
    }
  } catch (error) {
    if (refusedWith(error, errorCode.NO_DOMAIN)) return true
    if (!(error instanceof LibvirtError)) throw error
  }
  await calls.job('DomainDestroyFlags', { domain }).catch((error: unknown) => { if (!(error instanceof LibvirtError)) throw error })
  return false
}
