import { plainError } from '../../model/host-error.ts'
import { domainState, metadataType } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { affect, destroyFlag, startFlag, undefineFlag } from '../../wire/libvirt/flag-constants.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { heldUri } from './domain-xml.ts'
import { refusedWith } from './errors.ts'
import { isActive, powerOf } from './power-state.ts'

type Power = Pick<HypervisorDriver, 'startVm' | 'shutdownVm' | 'stopVm' | 'rebootVm' | 'resetVm' | 'suspendVm' | 'resumeVm' | 'removeVm'>

const everythingElse = undefineFlag.MANAGED_SAVE | undefineFlag.SNAPSHOTS_METADATA | undefineFlag.CHECKPOINTS_METADATA | undefineFlag.NVRAM

export function powerOver(calls: Calls): Power {
  return {
    async startVm(domainUuid, { paused }) {
      const domain = domainRef(domainUuid)
      try {
        await calls.job('DomainCreateWithFlags', { domain, flags: paused ? startFlag.PAUSED : 0 })
      } catch (error) {
        if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
        return startActive(calls, domainUuid, paused)
      }
      if (!paused) await forgetHeld(calls, domainUuid)
    },

    async shutdownVm(domainUuid) {
      await needRunning(calls, domainUuid)
      await calls.job('DomainShutdownFlags', { domain: domainRef(domainUuid) })
    },

    stopVm: (domainUuid) => destroy(calls, domainUuid, 0),

    async rebootVm(domainUuid) {
      await needRunning(calls, domainUuid)
      await calls.job('DomainReboot', { domain: domainRef(domainUuid) })
    },

    async resetVm(domainUuid) {
      const domain = domainRef(domainUuid)
      const { state } = await calls.quick('DomainGetState', { domain })
      await calls.job('DomainReset', { domain })
      // A crashed guest that was kept for a look is paused: after the reset it must run.
      if (state === domainState.CRASHED) await calls.job('DomainResume', { domain })
    },

    async suspendVm(domainUuid) {
      const domain = domainRef(domainUuid)
      const { state } = await calls.quick('DomainGetState', { domain })
      if (state === domainState.PAUSED) return
      if (!isActive(state)) throw plainError('WRONG_STATE', 'The VM does not run.')
      await forgetHeld(calls, domainUuid)
      await calls.job('DomainSuspend', { domain })
    },

    resumeVm: (domainUuid) => letGo(calls, domainUuid),

    async removeVm(domainUuid) {
      await destroy(calls, domainUuid, destroyFlag.REMOVE_LOGS).catch((error: unknown) => {
        // Before 8.3 libvirt knows no such flag.
        if (refusedWith(error, errorCode.INVALID_ARG, errorCode.ARGUMENT_UNSUPPORTED)) return destroy(calls, domainUuid, 0)
        throw error
      })
      try { await calls.job('DomainUndefineFlags', { domain: domainRef(domainUuid), flags: everythingElse }) } catch (error) {
        if (!refusedWith(error, errorCode.NO_DOMAIN)) throw error
      }
    },
  }
}

/** Ends QEMU; a domain that does not run, or is not there, is a success. */
async function destroy(calls: Calls, domainUuid: string, flags: number): Promise<void> {
  try { await calls.job('DomainDestroyFlags', { domain: domainRef(domainUuid), flags }) } catch (error) {
    if (!refusedWith(error, errorCode.NO_DOMAIN, errorCode.OPERATION_INVALID)) throw error
  }
}

/** Starting refused as invalid: it runs already, is held, is suspended, or has crashed with its QEMU kept. */
async function startActive(calls: Calls, domainUuid: string, paused: boolean): Promise<void> {
  const domain = domainRef(domainUuid)
  const { state, reason } = await calls.quick('DomainGetState', { domain })
  if (state === domainState.CRASHED) {
    await destroy(calls, domainUuid, 0)
    await calls.job('DomainCreateWithFlags', { domain, flags: paused ? startFlag.PAUSED : 0 })
    if (!paused) await forgetHeld(calls, domainUuid)
    return
  }
  if (paused || powerOf(state, reason) === 'running') return
  if (!(await isHeld(calls, domainUuid))) throw plainError('WRONG_STATE', 'The VM is suspended: resume it instead.')
  await letGo(calls, domainUuid)
}

async function needRunning(calls: Calls, domainUuid: string): Promise<void> {
  const { state, reason } = await calls.quick('DomainGetState', { domain: domainRef(domainUuid) })
  if (powerOf(state, reason) !== 'running') throw plainError('WRONG_STATE', 'The VM does not run.')
}

async function letGo(calls: Calls, domainUuid: string): Promise<void> {
  const domain = domainRef(domainUuid)
  try { await calls.job('DomainResume', { domain }) } catch (error) {
    if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
    await needRunning(calls, domainUuid)
  }
  await forgetHeld(calls, domainUuid)
}

// Every definition of ours carries the mark `held`, and a domain inherits it at its start. It is taken from the live
// description when the processors are let go, so that a guest that waits for its first instruction can be told from one
// that was suspended. Written to the live description alone: that costs no disk write, and goes with the QEMU process.

async function isHeld(calls: Calls, domainUuid: string): Promise<boolean> {
  try {
    await calls.quick('DomainGetMetadata', { domain: domainRef(domainUuid), type: metadataType.ELEMENT, uri: heldUri, flags: affect.LIVE })
    return true
  } catch (error) {
    if (refusedWith(error, errorCode.NO_DOMAIN_METADATA)) return false
    throw error
  }
}

async function forgetHeld(calls: Calls, domainUuid: string): Promise<void> {
  try {
    await calls.job('DomainSetMetadata', { domain: domainRef(domainUuid), type: metadataType.ELEMENT, metadata: null, key: null, uri: heldUri, flags: affect.LIVE })
  } catch (error) {
    // It has stopped already: the mark went with it.
    if (!refusedWith(error, errorCode.OPERATION_INVALID, errorCode.NO_DOMAIN_METADATA)) throw error
  }
}
