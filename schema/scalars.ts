import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

const invalid = (message: string) => new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } })

function parseBytes(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid('Bytes is a whole number from 0 to 2^53 - 1.')
  return value
}

builder.scalarType('Bytes', {
  description: 'A size in bytes: a whole number from 0 to 2^53 - 1, which an Int could not hold.',
  serialize: (value) => parseBytes(value),
  parseValue: parseBytes,
  // A literal stands in the document as text; anything but digits is not a size.
  parseLiteral: (node) => parseBytes(node.kind === 'IntValue' ? Number(node.value) : undefined),
})

builder.scalarType('BigInt', {
  description: 'A whole number of any size, written in digits as a string: an IPv6 subnet has more addresses than a number can count.',
  serialize: (value) => value.toString(),
})

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function parseDateTime(value: unknown): Date {
  const date = typeof value === 'string' && iso.test(value) ? new Date(value) : undefined
  if (!date || Number.isNaN(date.getTime())) throw invalid('DateTime is written as in 2026-01-31T12:00:00Z.')
  return date
}

builder.scalarType('DateTime', {
  description: 'A moment, ISO 8601 in UTC with milliseconds, for example 2026-01-31T12:00:00.000Z.',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === 'StringValue' ? node.value : undefined),
})

builder.scalarType('JSON', {
  description: 'Any JSON value, as it is. Only for what differs from case to case and is shown to people.',
  serialize: (value) => value,
})
