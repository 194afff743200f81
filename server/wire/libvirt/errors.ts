// The ways in which a call can end badly. Whoever calls must be able to tell "it did not happen", "libvirt
// said no" and "nobody knows" apart, because only the first may simply be repeated.
import type { Decoded } from '../xdr/codec.ts'
import { nullable, struct } from '../xdr/composites.ts'
import { i32 } from '../xdr/primitives.ts'
import { errorCode } from './error-codes.ts'
import { domain, network, nullableText } from './protocol/types.ts'

/** The body of a reply with status error (virNetMessageError). */
export const errorBody = struct({
  code: i32, domain: i32, message: nullableText, level: i32, subject: nullable(domain),
  text1: nullableText, text2: nullableText, text3: nullableText, int1: i32, int2: i32, network: nullable(network),
})

/** Libvirt did the call and refused or failed: the outcome is known. Compare `code` with `errorCode`, never the text. */
export class LibvirtError extends Error {
  override name = 'LibvirtError'
  readonly procedure: string
  readonly code: number
  /** virErrorDomain: which part of libvirt speaks. */
  readonly domain: number
  readonly level: number
  /** The errno of a SYSTEM_ERROR and the like; -1 when there is none. */
  readonly int1: number
  readonly int2: number
  readonly details: readonly (string | null)[]

  constructor(procedure: string, body: Decoded<typeof errorBody>) {
    super(`${procedure}: ${body.message ?? 'no message'} (code ${body.code}, domain ${body.domain})`)
    this.procedure = procedure
    this.code = body.code
    this.domain = body.domain
    this.level = body.level
    this.int1 = body.int1
    this.int2 = body.int2
    this.details = [body.text1, body.text2, body.text3]
  }

  /** True when this libvirt or its driver does not know the procedure at all (a procedure too new answers RPC). */
  get isUnsupported(): boolean {
    return this.code === errorCode.RPC || this.code === errorCode.NO_SUPPORT
  }
}

/**
 * Why a call never left this process. `invalid`: its arguments cannot be encoded, so repeating is useless.
 * `refused`: its `beforeSend` threw, and what it threw is the `cause`.
 */
export type NotSentReason = 'closed' | 'deadline' | 'aborted' | 'invalid' | 'refused'

/** The call surely never left: nothing happened on the host. */
export class NotSent extends Error {
  override name = 'NotSent'
  readonly procedure: string
  readonly reason: NotSentReason

  constructor(procedure: string, reason: NotSentReason, cause?: unknown) {
    super(`${procedure} was not sent: ${notSentText[reason]}`, { cause })
    this.procedure = procedure
    this.reason = reason
  }
}

const notSentText: Record<NotSentReason, string> = {
  closed: 'the connection is closed',
  deadline: 'its deadline passed while it waited for its turn',
  aborted: 'it was aborted while it waited for its turn',
  invalid: 'its arguments cannot be encoded',
  refused: 'its caller may no longer act',
}

/** Why nobody knows. After `deadline` and `aborted` the host may still be at work on it. */
export type OutcomeUnknownReason = 'lost' | 'deadline' | 'aborted'

/** The call was sent and no answer came: it may have happened, or not, or happen yet. Read the host back before acting. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown'
  readonly procedure: string
  readonly reason: OutcomeUnknownReason

  constructor(procedure: string, reason: OutcomeUnknownReason, cause?: unknown) {
    super(`the outcome of ${procedure} is unknown: ${outcomeUnknownText[reason]}`, { cause })
    this.procedure = procedure
    this.reason = reason
  }
}

const outcomeUnknownText: Record<OutcomeUnknownReason, string> = {
  lost: 'the connection was lost before the answer',
  deadline: 'no answer came before the deadline',
  aborted: 'it was aborted before the answer',
}

/** The peer broke the protocol; the connection is over. Seen as the `cause` of the calls that it took along. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
}
