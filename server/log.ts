import { pino } from 'pino'
import type { Logger } from 'pino'

export type Log = Logger

/** Structured lines on standard error, with the process's name; known secret fields are cut out wherever they stand. */
export function makeLog(process: string, level: string): Log {
  const secret = ['password', 'passwordHash', 'token', 'refreshToken', 'accessToken', 'privateKey', 'authorization', 'cookie', 'ticket']
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(secret)' } }, pino.destination(2))
}
