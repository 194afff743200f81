// What can go wrong between us and a host, told apart by what the caller may conclude from it.

export abstract class SshError extends Error {
  abstract readonly kind: 'unreachable' | 'host-key-changed' | 'auth-refused' | 'channel-refused' | 'not-sent' | 'lost'
  override get name(): string { return this.constructor.name }
}

/** No session could be made: no TCP connection, or the handshake failed or took too long. Nothing was sent. */
export class SshUnreachableError extends SshError {
  readonly kind = 'unreachable'
  readonly stage: 'tcp' | 'handshake'
  constructor(stage: 'tcp' | 'handshake', message: string, cause?: unknown) {
    super(message, { cause })
    this.stage = stage
  }
}

/** The host showed another key than the pinned one. Nothing was sent; only a person can settle this. */
export class SshHostKeyChangedError extends SshError {
  readonly kind = 'host-key-changed'
  /** Both in OpenSSH's form, `SHA256:<base64>`. */
  readonly expectedFingerprint: string
  readonly actualFingerprint: string
  constructor(expectedFingerprint: string, actualFingerprint: string) {
    super(`the host's key is ${actualFingerprint}, but ${expectedFingerprint} is pinned`)
    this.expectedFingerprint = expectedFingerprint
    this.actualFingerprint = actualFingerprint
  }
}

/** The host does not accept our key for this user. */
export class SshAuthRefusedError extends SshError {
  readonly kind = 'auth-refused'
}

/** The session stands, but the host would not open this channel. Nothing was sent through it. */
export class SshChannelRefusedError extends SshError {
  readonly kind = 'channel-refused'
  /** RFC 4254, 5.1: 1 administratively prohibited, 2 connect failed, 3 unknown type, 4 resource shortage. */
  readonly reason: number | undefined
  constructor(message: string, reason: number | undefined) {
    super(message)
    this.reason = reason
  }
}

/** The request never left this process: closed, cancelled, out of time, or too many waiting. */
export class SshNotSentError extends SshError {
  readonly kind = 'not-sent'
}

/** An open channel ended with its connection. What was written to it may or may not have arrived. */
export class SshConnectionLostError extends SshError {
  readonly kind = 'lost'
}
