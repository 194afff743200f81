import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { contentType } from './registry.ts'
import type { Registry } from './registry.ts'

export interface MetricsAccess {
  /** Whoever has it may read from anywhere; without one, only this machine may. */
  token: string | undefined
  /** Whether a proxy stands before: then this machine is everybody, and nobody reads without a token. */
  isProxied: boolean
}

type Verdict = 'allowed' | 'hidden' | 'refused'

const loopback = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i
const digest = (text: string) => createHash('sha256').update(text).digest()

/** Who may read metrics: they tell how much there is of everything, and what pools and areas are called. */
export function mayReadMetrics({ headers, socket }: { headers: IncomingMessage['headers']; socket: { remoteAddress?: string | undefined } }, { token, isProxied }: MetricsAccess): Verdict {
  if (token !== undefined) {
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    return given !== undefined && timingSafeEqual(digest(given), digest(token)) ? 'allowed' : 'refused'
  }
  const isForwarded = isProxied || headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers.via !== undefined
  return !isForwarded && loopback.test(socket.remoteAddress ?? '') ? 'allowed' : 'hidden'
}

/** Answers a GET for `/metrics`: 404 for whoever shall not know that they are here, 401 without the token. */
export async function answerMetrics(request: IncomingMessage, response: ServerResponse, registry: Registry, access: MetricsAccess): Promise<void> {
  const verdict = mayReadMetrics(request, access)
  if (verdict === 'hidden') { response.writeHead(404).end(); return }
  if (verdict === 'refused') { response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(); return }
  if (request.method !== 'GET' && request.method !== 'HEAD') { response.writeHead(405, { allow: 'GET, HEAD' }).end(); return }
  const text = await registry.text()
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text)
}
