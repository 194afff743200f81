// The source's side: Begin, Perform, Confirm, on one connection.
import { KloudakError } from '../../model/errors.ts'
import type { LibvirtConnection } from '../../wire/libvirt/connection.ts'
import { domainState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { migrateFlag, xmlFlag } from '../../wire/libvirt/flag-constants.ts'
import { param } from '../../wire/libvirt/protocol/typed-params.ts'
import type { TypedParam } from '../../wire/libvirt/protocol/typed-params.ts'
import type { Departure, DepartureOptions } from '../migration.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { fromWire, refusedWith } from './errors.ts'
import { withMigrationErrors, withSendingErrors } from './migration-errors.ts'
import { nameIn, replugged } from './migration-xml.ts'

/** Given to each of the calls on both hosts: they must be the same. */
const shared = migrateFlag.LIVE | migrateFlag.PERSIST_DEST
/** On the source alone: nobody else changes the domain meanwhile; a guest that never rests is slowed down until it can be sent. */
const sourceOnly = migrateFlag.CHANGE_PROTECTION | migrateFlag.AUTO_CONVERGE
/** Between two looks at whether the work may still act. */
const lookMs = 500
/** A host that was told to stop sending and does not is given up. */
const stopMs = 15_000

/** What a letter of this driver says. `name`: the domain's, which an adopted one has from elsewhere. */
export interface WrittenLetter { xml: string; flags: number; name: string }

export async function openDeparture(connection: LibvirtConnection, calls: Calls, host: string, domainUuid: string, options: DepartureOptions): Promise<Departure> {
  const domain = domainRef(domainUuid)
  const { control } = calls
  const bounded = { timeoutMs: control.timeoutMs, beforeSend: () => { control.beforeCall() } }
  const translated = async <T>(act: () => Promise<T>, translate = (error: unknown) => withMigrationErrors(error, host, control)): Promise<T> => {
    try { return await act() } catch (error) { throw fromWire(translate(error), host) }
  }
  const close = () => connection.close()
  try {
    const { state } = await calls.quick('DomainGetState', { domain })
    const { flags, params, begun } = await translated(async () => begin(state === domainState.PAUSED))
    const letter = { domainUuid, cookie: begun.cookieOut, description: JSON.stringify({ xml: begun.xml, flags: flags & ~sourceOnly, name: nameIn(begun.xml) } satisfies WrittenLetter) }
    return {
      letter,
      close,
      send: ({ uri, cookie }) => translated(() => send([...params, param.string('migrate_uri', uri)], cookie, flags), (error) => withSendingErrors(error, { host, uri }, control)),
      confirm: (cookie, arrived) => translated(async () => {
        await connection.call('DomainMigrateConfirm3Params', { domain, params, cookieIn: cookie, flags, cancelled: !arrived }, bounded)
      }),
    }
  } catch (error) {
    await close()
    throw error
  }

  /** Without the proof libvirt decides what is safe; with it, it is told only where it does not know. */
  async function begin(isPaused: boolean) {
    const params = [
      param.string('destination_xml', await plugged(xmlFlag.MIGRATABLE | xmlFlag.SECURE)),
      param.string('persistent_xml', await plugged(xmlFlag.INACTIVE | xmlFlag.MIGRATABLE | xmlFlag.SECURE)),
    ]
    const ask = async (flags: number) => ({ flags, params, begun: await connection.call('DomainMigrateBegin3Params', { domain, params, flags }, { ...bounded, signal: control.signal }) })
    const flags = shared | sourceOnly | (isPaused ? migrateFlag.PAUSED : 0)
    try { return await ask(flags) } catch (error) {
      if (!options.isSharingProven || !refusedWith(error, errorCode.MIGRATE_UNSAFE)) throw error
      return ask(flags | migrateFlag.UNSAFE)
    }
  }

  /** The domain with its cards on the destination's bridges. */
  async function plugged(flags: number): Promise<string> {
    return replugged((await calls.quick('DomainGetXmlDesc', { domain, flags })).xml, options.ports)
  }

  /** As long as it takes. A cancel stops the job; whoever has lost the right to act lets go of the connection, and libvirt stops it. */
  async function send(params: TypedParam[], cookieIn: Uint8Array, flags: number): Promise<Uint8Array> {
    const performing = connection.call('DomainMigratePerform3Params', { domain, destinationUri: null, params, cookieIn, flags }, { beforeSend: bounded.beforeSend })
    let giveUp: NodeJS.Timeout | undefined
    let lost: unknown
    const letGo = (error: unknown) => { lost ??= error; connection.destroy() }
    const stop = () => {
      try { control.beforeCall() } catch (error) { letGo(error); return }
      // Not over `calls`: those take no more requests after a cancel.
      connection.call('DomainAbortJob', { domain }, bounded).catch(() => { /* it may be over; then performing says so */ })
      giveUp ??= setTimeout(() => { letGo(new KloudakError('OUTCOME_UNKNOWN', `${host} does not stop the migration.`)) }, stopMs)
    }
    const watch = setInterval(() => { try { control.beforeCall() } catch (error) { letGo(error) } }, lookMs)
    control.signal?.addEventListener('abort', stop, { once: true })
    if (control.signal?.aborted) stop()
    try { return (await performing).cookieOut } catch (error) { throw lost ?? error } finally {
      clearInterval(watch)
      clearTimeout(giveUp)
      control.signal?.removeEventListener('abort', stop)
    }
  }
}
