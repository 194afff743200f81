/** What one client may ask of the server. What one operation may cost stands in `schema/builder.ts`. */
export interface HttpLimits {
  bodyBytes: number
  /** Tokens of one document. */
  tokens: number
  /** Requests of one address before anything is known about it, and of one user after that. */
  perAddress: { burst: number; perSecond: number }
  perUser: { burst: number; perSecond: number }
  /** Operations that one socket may have open, sockets and event streams that one session may have open, and bytes of one message on a socket. */
  operationsPerSocket: number
  socketsPerSession: number
  messageBytes: number
  /** Bytes that may wait for a client that does not read, before its socket is cut. */
  unreadBytes: number
  /** How long a client may take for its headers, and for its whole request. */
  headersTimeoutMs: number
  requestTimeoutMs: number
}

export const defaultLimits: HttpLimits = {
  bodyBytes: 1024 * 1024,
  tokens: 4_000,
  perAddress: { burst: 600, perSecond: 200 },
  perUser: { burst: 300, perSecond: 100 },
  operationsPerSocket: 100,
  socketsPerSession: 50,
  messageBytes: 256 * 1024,
  unreadBytes: 8 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
}
