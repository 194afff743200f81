import { pino, stdSerializers } from 'pino'
import type { DestinationStream, Logger } from 'pino'

export type Log = Logger

/**
 * Structured lines on standard error, with the process's name; known secret fields are cut out wherever they stand, and
 * errors of the database tell no rows. `destination` is given by tests alone.
 */
export function makeLog(process: string, level: string, destination: DestinationStream = pino.destination(2)): Log {
  const secret = ['password', 'passwordHash', 'token', 'refreshToken', 'accessToken', 'privateKey', 'authorization', 'cookie', 'ticket']
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(secret)' },
    serializers: { err: serializeError },
  }, destination)
}

/** What PostgreSQL's errors quote: whole rows (with a password's hash, with user data), values and statements. */
const quoting = ['detail', 'where', 'internalQuery', 'query', 'parameters']

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const quotes = quotesOf(error)
  const clean = (value: unknown): unknown => {
    // Whoever wraps an error may repeat its detail in a message of their own.
    if (typeof value === 'string') return quotes.reduce((text, quote) => text.replaceAll(quote, '(left out)'), value)
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null || !('stack' in value)) return value
    return Object.fromEntries(Object.entries(value).filter(([name]) => !quoting.includes(name)).map(([name, field]) => [name, clean(field)]))
  }
  return clean(stdSerializers.err(error))
}

function quotesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 8) return []
  const { detail, where, previous, errors } = error as Error & Record<string, unknown>
  const within = [error.cause, previous, ...(Array.isArray(errors) ? errors : [])]
  return [...[detail, where].filter((quote): quote is string => typeof quote === 'string' && quote !== ''), ...within.flatMap((inner) => quotesOf(inner, depth + 1))]
}
