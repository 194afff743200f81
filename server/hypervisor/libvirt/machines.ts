import { KloudakError } from '../../model/errors.ts'
import { domainState, metadataType, shutoffReason } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { affect, statsFlag, domainStats } from '../../wire/libvirt/flag-constants.ts'
import { paramsByName } from '../../wire/libvirt/protocol/typed-params.ts'
import type { HypervisorDriver, ObservedVm } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { copyMachinePrefix } from './copy-machine.ts'
import { readOwner } from './domain-read.ts'
import { domainXml, heldUri, ownerUri, stampElement } from './domain-xml.ts'
import { refusedWith } from './errors.ts'
import { writeXml } from './xml.ts'
import { isActive, powerOf } from './power-state.ts'

type Machines = Pick<HypervisorDriver, 'defineVm' | 'findVm' | 'listVms' | 'stampVm' | 'retitleVm'>

export function machinesOf(calls: Calls): Machines {
  return {
    async defineVm(spec) {
      try { await calls.job('DomainDefineXmlFlags', { xml: domainXml(spec) }) } catch (error) {
        // A domain of this UUID that has another name, as an adopted one: it keeps that.
        if (!refusedWith(error, errorCode.OPERATION_FAILED, errorCode.DOM_EXIST)) throw error
        const { domain } = await calls.quick('DomainLookupByUuid', { uuid: spec.domainUuid })
        if (domain.name === domainRef(spec.domainUuid).name) throw error
        await calls.job('DomainDefineXmlFlags', { xml: domainXml(spec, domain.name) })
      }
    },

    async findVm(domainUuid) {
      const domain = domainRef(domainUuid)
      try {
        const { state, reason } = await calls.quick('DomainGetState', { domain })
        return await observe(calls, domainUuid, state, reason)
      } catch (error) {
        if (refusedWith(error, errorCode.NO_DOMAIN)) return undefined
        throw error
      }
    },

    async listVms() {
      // One call for all states, which does not wait for a guest whose QEMU hangs.
      const { records } = await calls.job('ConnectGetAllDomainStats', { domains: [], stats: domainStats.STATE, flags: statsFlag.NOWAIT })
      const found = await Promise.all(records.filter(({ domain }) => !domain.name.startsWith(copyMachinePrefix)).map(async ({ domain, params }) => {
        const values = paramsByName(params)
        try { return { ...await observe(calls, domain.uuid, Number(values.get('state.state') ?? 0), Number(values.get('state.reason') ?? 0)), name: domain.name } } catch (error) {
          if (refusedWith(error, errorCode.NO_DOMAIN)) return undefined
          throw error
        }
      }))
      return found.filter((vm) => vm !== undefined).sort((a, b) => (a.domainUuid < b.domainUuid ? -1 : 1))
    },

    async stampVm(domainUuid, owner) {
      const domain = domainRef(domainUuid)
      const { state } = await calls.quick('DomainGetState', { domain })
      const flags = isActive(state) ? affect.CONFIG | affect.LIVE : affect.CONFIG
      // Libvirt puts prefix and namespace around the element by itself.
      await calls.job('DomainSetMetadata', { domain, type: metadataType.ELEMENT, metadata: writeXml(stampElement(owner)), key: 'kloudak', uri: ownerUri, flags })
    },

    async retitleVm(domainUuid, title, description) {
      const domain = domainRef(domainUuid)
      const { state } = await calls.quick('DomainGetState', { domain })
      const flags = isActive(state) ? affect.CONFIG | affect.LIVE : affect.CONFIG
      for (const [type, text] of [[metadataType.TITLE, title], [metadataType.DESCRIPTION, description]] as const) {
        checkTitle(type, text)
        await calls.job('DomainSetMetadata', { domain, type, metadata: text === '' ? null : text, key: null, uri: null, flags })
      }
    },
  }
}

function checkTitle(type: number, text: string): void {
  if (type === metadataType.TITLE && text.includes('\n')) throw new KloudakError('INVALID_INPUT', 'A title is one line.', { field: 'name' })
}

async function observe(calls: Calls, domainUuid: string, state: number, reason: number): Promise<ObservedVm> {
  const paused = state === domainState.PAUSED
  // One after the other: over ssh the second of two small answers waits for the acknowledgement of the first, 40 ms.
  const owner = await metadata(calls, domainUuid, ownerUri, affect.CURRENT)
  const held = paused ? await metadata(calls, domainUuid, heldUri, affect.LIVE) : undefined
  return { domainUuid, power: powerOf(state, reason), owner: owner === undefined ? undefined : readOwner(owner), startedPaused: held !== undefined, guestShutDown: state === domainState.SHUTOFF && reason === shutoffReason.SHUTDOWN }
}

/** Our element of that namespace in the domain's metadata; undefined when there is none. */
async function metadata(calls: Calls, domainUuid: string, uri: string, flags: number): Promise<string | undefined> {
  try {
    return (await calls.quick('DomainGetMetadata', { domain: domainRef(domainUuid), type: metadataType.ELEMENT, uri, flags })).metadata
  } catch (error) {
    // OPERATION_INVALID: it stopped in between, so that there is no live description any more.
    if (refusedWith(error, errorCode.NO_DOMAIN_METADATA, errorCode.OPERATION_INVALID)) return undefined
    throw error
  }
}
