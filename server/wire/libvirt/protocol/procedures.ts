// Every procedure that this client knows, under one name each.
import type { Decoded, Encodable } from '../../xdr/codec.ts'
import { blockProcedures } from './block.ts'
import { connectProcedures } from './connect.ts'
import { deviceProcedures } from './device.ts'
import { domainProcedures } from './domain.ts'
import { eventProcedures } from './events.ts'
import { guestProcedures } from './guest.ts'
import { migrationProcedures } from './migration.ts'
import { snapshotProcedures } from './snapshot.ts'
import { storageProcedures } from './storage.ts'
import { streamProcedures } from './stream.ts'

export const callProcedures = {
  ...connectProcedures, ...domainProcedures, ...migrationProcedures, ...snapshotProcedures, ...blockProcedures,
  ...guestProcedures, ...storageProcedures, ...deviceProcedures, ...eventProcedures,
}

export const procedures = { ...callProcedures, ...streamProcedures }

export type ProcedureName = keyof typeof procedures
/** A procedure that answers and is done. */
export type CallName = keyof typeof callProcedures
/** A procedure that opens a stream. */
export type StreamName = keyof typeof streamProcedures
export type Args<N extends ProcedureName> = Encodable<(typeof procedures)[N]['args']>
export type Reply<N extends ProcedureName> = Decoded<(typeof procedures)[N]['reply']>
