import { KloudakError } from '../server/model/errors.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The id that clients see: opaque to them, the type and our UUID in base64url. */
export function encodeId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url')
}

/** INVALID_INPUT when it is not an id that `encodeId` could have made. */
export function decodeAnyId(globalId: string, field?: string): { typename: string; id: string } {
  const text = Buffer.from(globalId, 'base64url').toString()
  const colon = text.indexOf(':')
  const [typename, id] = [text.slice(0, colon), text.slice(colon + 1)]
  if (colon < 1 || !uuid.test(id) || encodeId(typename, id) !== globalId) {
    throw new KloudakError('INVALID_INPUT', 'This is not an id of Kloudak.', { field, remedy: 'Send an id as a query returned it, whole.' })
  }
  return { typename, id }
}

/**
 * Our UUID behind a client's id, for an input field or argument that takes ids of one type.
 * INVALID_INPUT when it is malformed or names another type; whether the row exists is the verb's to find out.
 */
export function decodeId(typename: string, globalId: string, field: string): string {
  const decoded = decodeAnyId(globalId, field)
  if (decoded.typename !== typename) {
    throw new KloudakError('INVALID_INPUT', `This is the id of a ${decoded.typename.slice(0, 40)}, not of a ${typename}.`, { field, remedy: `Send the id of a ${typename}.` })
  }
  return decoded.id
}
