// The destination's side: Prepare and Finish, on one connection.
import type { LibvirtConnection } from '../../wire/libvirt/connection.ts'
import { param } from '../../wire/libvirt/protocol/typed-params.ts'
import type { Arrival, MigrationLetter } from '../migration.ts'
import type { Calls } from './calls.ts'
import { fromWire } from './errors.ts'
import type { WrittenLetter } from './migration-departure.ts'
import { withMigrationErrors } from './migration-errors.ts'

/** The port is libvirt's to choose, from its own range (49152 and on, one for each migration). */
export async function openArrival(connection: LibvirtConnection, { control }: Calls, host: string, letter: MigrationLetter, { address }: { address: string }): Promise<Arrival> {
  const { xml, flags, name } = JSON.parse(letter.description) as WrittenLetter
  const bounded = { timeoutMs: control.timeoutMs, beforeSend: () => { control.beforeCall() } }
  const translated = async <T>(act: () => Promise<T>): Promise<T> => {
    try { return await act() } catch (error) { throw fromWire(withMigrationErrors(error, host, control), host) }
  }
  const uri = `tcp://${address.includes(':') ? `[${address}]` : address}`
  const named = [param.string('destination_name', name)]
  try {
    const prepared = await translated(() => connection.call('DomainMigratePrepare3Params', {
      params: [...named, param.string('migrate_uri', uri), param.string('destination_xml', xml)], cookieIn: letter.cookie, flags,
    }, { ...bounded, signal: control.signal }))
    return {
      uri: prepared.uriOut ?? uri,
      cookie: prepared.cookieOut,
      gone: connection.closed,
      // No cancel may cut it short: its outcome would be unknown.
      finish: (cookie, arrived) => translated(async () => (await connection.call('DomainMigrateFinish3Params', { params: named, cookieIn: cookie, flags, cancelled: !arrived }, bounded)).cookieOut),
      close: () => connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}
