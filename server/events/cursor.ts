import { KloudakError } from '../model/errors.ts'

/**
 * A place in the stream of events. Events are ordered by (xid, id); `id` 0 is the place before the first event of a
 * transaction, so that (xmin, 0) means "all that ended before this snapshot".
 */
export interface Position { xid: bigint; id: bigint }

/** A position and the stream that it belongs to: a restored or promoted database begins a new one (decision 3). */
export interface Cursor extends Position { epoch: string }

export function comparePositions(a: Position, b: Position): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

export const laterOf = (a: Position, b: Position): Position => (comparePositions(a, b) < 0 ? b : a)

/** What clients hold; to them it is opaque. */
export function encodeCursor({ epoch, xid, id }: Cursor): string {
  return Buffer.from(`${epoch}.${xid}.${id}`).toString('base64url')
}

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,20})\.(\d{1,19})$/

/** @throws KloudakError INVALID_INPUT when the text never was a cursor */
export function decodeCursor(text: string, field = 'after'): Cursor {
  const parts = text.length > 128 ? null : shape.exec(Buffer.from(text, 'base64url').toString('latin1'))
  const [, epoch, xid, id] = parts ?? []
  if (epoch === undefined || BigInt(xid!) > maxUint64 || BigInt(id!) > maxInt64) throw new KloudakError('INVALID_INPUT', 'This is not a cursor of the event stream.', { field, remedy: 'Give a cursor as a subscription or the field eventCursor returned it, or none.' })
  return { epoch, xid: BigInt(xid!), id: BigInt(id!) }
}

const maxUint64 = 2n ** 64n - 1n
const maxInt64 = 2n ** 63n - 1n

/** The reader must list afresh: what lay behind its cursor is gone, or belongs to a database that is no more. */
export function cursorExpired(): KloudakError {
  return new KloudakError('CURSOR_EXPIRED', 'The events behind this cursor are no longer kept.', { field: 'after', remedy: 'Take a new eventCursor, list again, and subscribe from there.' })
}
