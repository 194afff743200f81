import type { IncomingMessage } from 'node:http'
import { makeServer } from 'graphql-ws'
import type { Context as SocketContext } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Context } from '../../schema/context.ts'
import type { Auth } from '../auth/auth.ts'
import type { Log } from '../log.ts'
import { KloudakError } from '../model/errors.ts'
import type { Graphql, Transport } from './graphql.ts'
import type { HttpLimits } from './limits.ts'
import { publicError } from './public-error.ts'
import { bearerToken } from './request.ts'
import type { SessionWatch, Watched } from './session-watch.ts'
import { makeSocketTransport } from './socket-transport.ts'

export interface SocketOptions {
  graphql: Graphql
  auth: Auth
  watch: SessionWatch
  limits: HttpLimits
  log: Log
  /** What the upgrade request says about its sender, and how to make a context for a session of theirs. */
  transportOf: (request: IncomingMessage) => Pick<Transport, 'requestId' | 'log'> & { makeContext: (sessionId: string) => Promise<Context> }
}

interface Extra { socket: WebSocket; request: IncomingMessage; watched?: Watched; unwatch?: () => void }
type Connection = SocketContext<Record<string, unknown>, Extra>

/** Close codes: 4401 the session or its token has ended, 4429 too many sockets or too slow a reader. */
const closings = { expired: [4401, 'The token has ended'], revoked: [4401, 'The session has ended'], slow: [4429, 'Too much is unread'] } as const

/**
 * GraphQL over sockets (graphql-transport-ws). The access token comes as `authorization` in the connection's
 * parameters; a ping with a newer `authorization` keeps the socket past the end of the first one.
 */
export function makeSockets({ graphql, auth, watch, limits, log, transportOf }: SocketOptions) {
  const server = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: 5_000,
    onConnect: async (connection: Connection) => {
      const { socket } = connection.extra
      try {
        const claims = await auth.verify(bearerToken(connection.connectionParams?.authorization) ?? '')
        if (!(await auth.actors.now(claims.sessionId))) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.')
        if (watch.countOf(claims.sessionId) >= limits.socketsPerSession) { socket.close(4429, 'Too many sockets'); return false }
        const watched: Watched = {
          sessionId: claims.sessionId,
          expiresAt: claims.expiresAt,
          unreadBytes: () => socket.bufferedAmount,
          end: (why) => {
            const [code, reason] = closings[why]
            socket.close(code, reason)
            // A reader that does not read does not see the close frame either.
            if (why === 'slow') socket.terminate()
          },
        }
        connection.extra.watched = watched
        connection.extra.unwatch = watch.add(watched)
        return true
      } catch (error) {
        if (publicError(error, transportOf(connection.extra.request)).extensions.code === 'UNAUTHENTICATED') socket.close(4401, 'Unauthorized')
        else socket.close(4500, 'Internal error')
        return false
      }
    },
    onPing: async (connection: Connection, payload) => {
      const { watched } = connection.extra
      const token = bearerToken(payload?.authorization)
      if (!watched || token === undefined) return
      const claims = await auth.verify(token).catch(() => undefined)
      if (claims?.sessionId === watched.sessionId && claims.expiresAt > watched.expiresAt) watched.expiresAt = claims.expiresAt
    },
    onDisconnect: (connection: Connection) => { connection.extra.unwatch?.() },
    onSubscribe: async (connection: Connection, _id, params) => {
      const { extra: { request, watched } } = connection
      const { makeContext, ...who } = transportOf(request)
      try {
        if (!watched) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.')
        if (Object.keys(connection.subscriptions).length > limits.operationsPerSocket) {
          throw new KloudakError('RATE_LIMITED', `A socket has at most ${limits.operationsPerSocket} operations open.`, { remedy: 'End some, or open another socket.' })
        }
        const transport: Transport = { ...who, makeContext: () => makeContext(watched.sessionId) }
        const enveloped = graphql.getEnveloped({ transport, params } as never)
        const document = enveloped.parse(params.query)
        const errors = enveloped.validate(enveloped.schema, document)
        if (errors.length > 0) return errors.map((error: unknown) => publicError(error, who))
        return {
          schema: enveloped.schema,
          document,
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await enveloped.contextFactory(),
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        }
      } catch (error) {
        return [publicError(error, who)]
      }
    },
    // The pipeline that parsed it also runs it.
    execute: (args) => (args as unknown as { execute: (args: unknown) => never }).execute(args),
    subscribe: (args) => (args as unknown as { subscribe: (args: unknown) => never }).subscribe(args),
  })
  return makeSocketTransport<Extra>(server, (socket, request) => ({ socket, request }), { log, messageBytes: limits.messageBytes })
}
