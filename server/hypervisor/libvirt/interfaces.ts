import { setTimeout as delay } from 'node:timers/promises'
import { KloudakError } from '../../model/errors.ts'
import { plainError } from '../../model/host-error.ts'
import { domainState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { affect, xmlFlag } from '../../wire/libvirt/flag-constants.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { readInterfaces } from './domain-read.ts'
import type { ObservedCard } from './domain-read.ts'
import { interfaceElement } from './domain-xml.ts'
import { refusedWith } from './errors.ts'
import { isActive } from './power-state.ts'
import type { XmlElement } from './xml.ts'
import { element, writeXml } from './xml.ts'

type Interfaces = Pick<HypervisorDriver, 'listInterfaces' | 'attachInterface' | 'connectInterface' | 'detachInterface'>

/** How long a guest may take to let go of a card: a running kernel needs well under a second, an emulated one on a busy host many. */
const letGoMs = 30_000
const letGoPollMs = 200

/** The cards of the definition, and those of the machine while there is one. */
interface Cards { state: number; defined: ObservedCard[]; live: ObservedCard[] | undefined }

export function interfacesOf(calls: Calls): Interfaces {
  return {
    async listInterfaces(domainUuid) {
      const { live, defined } = await cardsOf(calls, domainUuid)
      return (live ?? defined).map(({ portId, mac, isConnected }) => ({ portId, mac, isConnected, isDefined: defined.some((card) => card.portId === portId) }))
    },

    attachInterface: (domainUuid, card) => whileItLasts(async () => {
      const { live, defined } = await cardsOf(calls, domainUuid)
      const lacks = (cards: ObservedCard[] | undefined) => cards !== undefined && !cards.some(({ portId }) => portId === card.portId)
      const flags = (lacks(live) ? affect.LIVE : 0) | (lacks(defined) ? affect.CONFIG : 0)
      if (flags === 0) return
      const xml = writeXml(live ? withLink(interfaceElement(card), 'down') : interfaceElement(card))
      await calls.job('DomainAttachDeviceFlags', { domain: domainRef(domainUuid), xml, flags })
    }),

    connectInterface: (domainUuid, mac) => whileItLasts(async () => {
      const { live, defined } = await cardsOf(calls, domainUuid)
      if (!(live ?? defined).some((card) => card.mac === mac)) throw plainError('NOT_FOUND', 'The VM has no such network card.')
      for (const [cards, flags] of [[live, affect.LIVE], [defined, affect.CONFIG]] as const) {
        const card = cards?.find((one) => one.mac === mac && !one.isConnected)
        if (card) await calls.job('DomainUpdateDeviceFlags', { domain: domainRef(domainUuid), xml: writeXml(withLink(card.element, 'up')), flags })
      }
    }),

    detachInterface: (domainUuid, mac, { forget }) => whileItLasts(async () => {
      try { await unplug(calls, domainUuid, mac) } catch (error) {
        if (!(forget && error instanceof KloudakError && error.code === 'WRONG_STATE')) throw error
      }
      const card = (await cardsOf(calls, domainUuid)).defined.find((one) => one.mac === mac)
      if (card) await calls.job('DomainDetachDeviceFlags', { domain: domainRef(domainUuid), xml: writeXml(card.element), flags: affect.CONFIG })
    }),
  }
}

/** Asks the guest to let go of the card and waits until it has: libvirt's own answer may come before that. */
async function unplug(calls: Calls, domainUuid: string, mac: string): Promise<void> {
  const domain = domainRef(domainUuid)
  const find = async () => { const { live, state } = await cardsOf(calls, domainUuid); return { card: live?.find((one) => one.mac === mac), state } }
  const { card, state } = await find()
  if (!card) return
  if (state === domainState.PAUSED) throw plainError('WRONG_STATE', 'A suspended guest cannot let go of a network card.', { remedy: 'Resume the VM, or stop it, and try again.' })
  const end = performance.now() + letGoMs
  let refusal: unknown
  try { await calls.job('DomainDetachDeviceFlags', { domain, xml: writeXml(card.element), flags: affect.LIVE }) } catch (error) {
    // Gone meanwhile, or asked for before and still on its way.
    if (!refusedWith(error, errorCode.DEVICE_MISSING, errorCode.OPERATION_FAILED, errorCode.INTERNAL_ERROR)) throw error
    refusal = error
  }
  while ((await find()).card) {
    if (performance.now() > end) throw plainError('WRONG_STATE', 'The guest does not let go of the network card.', { remedy: 'Wait until the guest is up, or stop the VM, and try again.', cause: refusal })
    await delay(letGoPollMs, undefined, { signal: calls.control.signal })
  }
}

async function cardsOf(calls: Calls, domainUuid: string): Promise<Cards> {
  const domain = domainRef(domainUuid)
  const { state } = await calls.quick('DomainGetState', { domain })
  const read = async (flags: number) => readInterfaces((await calls.quick('DomainGetXmlDesc', { domain, flags })).xml)
  return { state, defined: await read(xmlFlag.INACTIVE), live: isActive(state) ? await read(0) : undefined }
}

/** The VM may start or stop between a look and an act: then libvirt refuses, and what is true by then is done. */
async function whileItLasts(act: () => Promise<void>): Promise<void> {
  try { await act() } catch (error) {
    if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
    await act()
  }
}

function withLink(card: XmlElement, state: 'up' | 'down'): XmlElement {
  const others = card.children.filter((child) => typeof child === 'string' || child.name !== 'link')
  return { ...card, children: [...others, element('link', { state })] }
}
