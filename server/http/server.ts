import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { makeContext } from '../../schema/context.ts'
import type { Context } from '../../schema/context.ts'
import { addressKey } from '../auth/address-key.ts'
import type { AccessClaims } from '../auth/access-token.ts'
import { StatsFeed } from '../app/stats-feed.ts'
import type { Auth } from '../auth/auth.ts'
import type { Sender } from '../db/boss.ts'
import type { Db } from '../db/orm.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import { answerMetrics } from '../metrics/answer.ts'
import { asKloudakError, KloudakError } from '../model/errors.ts'
import { defaultStatsSettings } from '../model/stats.ts'
import type { StatsSettings } from '../model/stats.ts'
import { RateLimit } from '../auth/rate-limit.ts'
import { clientAddressOf, makeAddressList } from './client-address.ts'
import { makeGraphql } from './graphql.ts'
import { makeReadiness } from './health.ts'
import { defaultLimits } from './limits.ts'
import { makeHttpMetrics } from './metrics.ts'
import type { HttpLimits } from './limits.ts'
import { httpProblem } from './public-error.ts'
import { bearerToken, isOwnOrigin, refreshCookieOf, requestIdOf } from './request.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { SessionWatch } from './session-watch.ts'
import { makeSockets } from './sockets.ts'
import { makeStatic } from './static.ts'

/** Takes over sockets on a path of its own, for example `/console`. Origin and rate are checked before. */
export interface UpgradeHandler {
  path: string
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, caller: { requestId: string; clientAddress: string }) => void
}

export interface HttpServerOptions {
  config: { publicUrl: string | undefined; webFolder: string; trustedProxies?: readonly string[]; stats?: StatsSettings; metricsToken?: string | undefined }
  log: Log
  db: Db
  sender: Sender
  hub: EventHub
  auth: Auth
  upgrades?: UpgradeHandler[]
  limits?: Partial<HttpLimits>
}

export interface HttpServer {
  /** Resolves with the port once it accepts connections. */
  listen(port: number, host: string): Promise<number>
  /** Ends sockets with 1001 and lets requests that run finish, for at most `graceMs`. */
  close(graceMs?: number): Promise<void>
}

/** GraphQL over HTTP, event streams and sockets at `/graphql`, health, keys, and the dashboard, on one port. */
export function createHttpServer({ config, log, db, sender, hub, auth, upgrades = [], limits: given }: HttpServerOptions): HttpServer {
  const limits = { ...defaultLimits, ...given }
  const secure = config.publicUrl?.startsWith('https:') ?? false
  const proxies = makeAddressList(config.trustedProxies ?? [])
  const perAddress = new RateLimit(limits.perAddress)
  const perUser = new RateLimit(limits.perUser)
  const readiness = makeReadiness(db)
  const serveStatic = makeStatic(config.webFolder)
  const statsSettings = config.stats ?? defaultStatsSettings
  const statsFeed = new StatsFeed({ db, settings: statsSettings, onTrouble: (error) => { log.warn({ err: error }, 'newest samples could not be read') } })
  const watch = new SessionWatch(auth.actors, limits.unreadBytes, (error) => { log.warn({ err: error }, 'sessions could not be checked') })
  const metrics = makeHttpMetrics({ db, hub, settings: statsSettings, sockets: () => watch.size, statsFollowers: () => statsFeed.size })
  const metricsAccess = { token: config.metricsToken, isProxied: config.publicUrl !== undefined || (config.trustedProxies ?? []).length > 0 }
  const graphql = makeGraphql(limits, log, metrics.operation)
  const stopListening = hub.onAccessChange(() => {
    auth.actors.forget()
    void watch.look()
  })

  function who(request: IncomingMessage) {
    const requestId = requestIdOf(request)
    return { requestId, log: log.child({ requestId }), clientAddress: clientAddressOf(request, proxies), userId: undefined as string | undefined, claims: undefined as AccessClaims | undefined }
  }
  const contextOf = (parts: Pick<Context, 'actor' | 'requestId' | 'log' | 'clientAddress' | 'refreshCookie'>): Context => {
    if (parts.actor) perUser.take(parts.actor.id)
    return makeContext({ db, sender, hub, auth, statsSettings, statsFeed, ...parts })
  }

  const sockets = makeSockets({
    graphql, auth, watch, limits, log,
    transportOf: (request) => {
      const { requestId, log, clientAddress } = who(request)
      return { requestId, log, makeContext: async (sessionId) => contextOf({ requestId, log, clientAddress, actor: await auth.actors.now(sessionId), refreshCookie: undefined }) }
    },
  })

  async function answer(request: IncomingMessage, response: ServerResponse, path: string, caller: ReturnType<typeof who>): Promise<void> {
    perAddress.take(addressKey(caller.clientAddress))
    if (path === '/metrics') return answerMetrics(request, response, metrics.registry, metricsAccess)
    if (path === '/healthz') return json(response, 200, { alive: true })
    if (path === '/readyz') {
      const state = await readiness()
      return json(response, state.ready ? 200 : 503, state)
    }
    if (path === '/.well-known/jwks.json') {
      response.setHeader('cache-control', 'public, max-age=300')
      return json(response, 200, await auth.keys.jwks())
    }
    if (path === '/graphql') {
      if (request.method === 'POST' && !isOwnOrigin(request, config.publicUrl)) throw foreignOrigin()
      await graphql.handle(request, response, { transport: { ...caller, makeContext: () => contextOfRequest(request, response, caller), beginStream: () => { watchStream(response, caller) } } })
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new KloudakError('NOT_FOUND', 'There is nothing at this path for this method.')
    await serveStatic(request, response, path)
  }

  async function contextOfRequest(request: IncomingMessage, response: ServerResponse, caller: ReturnType<typeof who>): Promise<Context> {
    const token = bearerToken(request.headers.authorization)
    const claims = token === undefined ? undefined : await auth.verify(token)
    const actor = claims && await auth.actors.now(claims.sessionId)
    if (claims && !actor) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.', { remedy: 'Sign in again.' })
    caller.userId = actor?.id
    caller.claims = claims
    const { requestId, log, clientAddress } = caller
    return contextOf({ requestId, log, clientAddress, actor, refreshCookie: refreshCookieOf(request, response, secure) })
  }

  /** An event stream must not outlive its right. A plain request may: signing out would otherwise cut its own answer. */
  function watchStream(response: ServerResponse, { claims }: ReturnType<typeof who>): void {
    // Whoever is not signed in is refused by the subscription itself.
    if (!claims) return
    if (watch.countOf(claims.sessionId) >= limits.socketsPerSession) throw new KloudakError('RATE_LIMITED', `A session has at most ${limits.socketsPerSession} sockets and event streams open.`, { remedy: 'Close some, or follow a whole workspace in one.' })
    const stop = watch.add({ ...claims, unreadBytes: () => response.writableLength, end: () => { if (!response.writableEnded) response.destroy() } })
    response.once('close', stop)
  }

  const server = createServer({ headersTimeout: limits.headersTimeoutMs, requestTimeout: limits.requestTimeoutMs, connectionsCheckingInterval: 2_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    const started = performance.now()
    const caller = who(request)
    const path = pathOf(request)
    response.setHeader('x-request-id', caller.requestId)
    setSecurityHeaders(response, { path, secure })
    response.once('close', () => { metrics.response(response.statusCode); caller.log.info({ method: request.method, path, status: response.statusCode, ms: Math.round(performance.now() - started), client: caller.clientAddress, userId: caller.userId }, 'answered') })
    answer(request, response, path, caller).catch((thrown: unknown) => { fail(response, thrown, caller.log) })
  })

  // Node asks for the peer's address only when somebody reads it, and a peer that has hung up by then has none: the audit would
  // not know who asked. Read here it is kept; whoever is gone already waits for no answer.
  server.on('connection', (socket) => { if (socket.remoteAddress === undefined) socket.destroy() })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => { socket.destroy() })
    const path = pathOf(request)
    const { requestId, clientAddress } = who(request)
    try {
      perAddress.take(addressKey(clientAddress))
      if (!isOwnOrigin(request, config.publicUrl)) throw foreignOrigin()
      const handler = path === '/graphql' ? sockets : upgrades.find((candidate) => candidate.path === path)
      if (!handler) throw new KloudakError('NOT_FOUND', 'There is no socket at this path.')
      handler.upgrade(request, socket, head, { requestId, clientAddress })
    } catch (thrown) {
      const { status, body } = httpProblem(asKloudakError(thrown))
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    }
  })

  return {
    listen: (port, host) => new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => { server.off('error', reject); resolve((server.address() as AddressInfo).port) })
    }),
    close: async (graceMs = 5_000) => {
      const closed = new Promise<void>((resolve) => { server.close(() => { resolve() }) })
      stopListening()
      watch.close()
      statsFeed.close()
      await sockets.close(graceMs)
      server.closeIdleConnections()
      const timer = setTimeout(() => { server.closeAllConnections() }, graceMs)
      await closed
      clearTimeout(timer)
    },
  }
}

const foreignOrigin = () => new KloudakError('FORBIDDEN', 'Requests from pages of other sites are refused.')

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function fail(response: ServerResponse, thrown: unknown, log: Log): void {
  const error = asKloudakError(thrown)
  if (error.code === 'INTERNAL') log.error({ err: thrown }, 'a request failed inside')
  if (response.headersSent) { response.destroy(); return }
  const { status, body } = httpProblem(error)
  if (error.retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000))
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}
