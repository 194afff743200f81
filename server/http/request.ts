import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefreshCookie } from '../../schema/context.ts'

const requestIdShape = /^[\w.:-]{1,64}$/

/** The caller's own request id when it is a sane one, else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && requestIdShape.test(given) ? given : randomUUID()
}

/** The token of `Authorization: Bearer`; undefined without one. */
export function bearerToken(header: unknown): string | undefined {
  return typeof header === 'string' ? /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1] ?? (header === '' ? undefined : 'malformed') : undefined
}

/**
 * Whether a browser's request comes from a page of ours. Programs send no Origin; browsers always do for sockets and for
 * what could change something.
 */
export function isOwnOrigin({ headers }: IncomingMessage, publicUrl: string | undefined): boolean {
  const { origin } = headers
  if (origin === undefined) return headers['sec-fetch-site'] === undefined || ['same-origin', 'none'].includes(headers['sec-fetch-site'])
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true
  return URL.canParse(origin) && headers.host !== undefined && new URL(origin).host === headers.host
}

const cookieName = 'kloudak_refresh'

/** `secure`: the browser reaches us over TLS. */
export function refreshCookieOf(request: IncomingMessage, response: ServerResponse, secure: boolean): RefreshCookie {
  const set = (value: string, expiresAt: Date) => {
    response.appendHeader('set-cookie', `${cookieName}=${value}; Path=/graphql; HttpOnly; SameSite=Strict; Expires=${expiresAt.toUTCString()}${secure ? '; Secure' : ''}`)
  }
  return {
    read: () => request.headers.cookie?.split('; ').find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) || undefined,
    write: set,
    clear: () => { set('', new Date(0)) },
  }
}
