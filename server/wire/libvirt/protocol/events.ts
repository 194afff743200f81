// Events: what to register for, and what then arrives. A message carries the callback id that the
// registration answered, then the payload.
import type { Decoded } from '../../xdr/codec.ts'
import { nullable, struct } from '../../xdr/composites.ts'
import { i32, u32, u64 } from '../../xdr/primitives.ts'
import { domain, nullableText, pool, remote, text } from './types.ts'
import { typedParams } from './typed-params.ts'

export const eventProcedures = {
  /** Domain events. A null domain means all. */
  ConnectDomainEventCallbackRegisterAny: remote(316, { eventId: i32, domain: nullable(domain) }, { callbackId: i32 }),
  ConnectDomainEventCallbackDeregisterAny: remote(317, { callbackId: i32 }),
  /** Storage pool events. A null pool means all. */
  ConnectStoragePoolEventRegisterAny: remote(368, { eventId: i32, pool: nullable(pool) }, { callbackId: i32 }),
  ConnectStoragePoolEventDeregisterAny: remote(369, { callbackId: i32 }),
}

type Fields = Parameters<typeof struct>[0]
function event<F extends Fields>(subject: 'domain' | 'pool', eventId: number, messageNumber: number, payload: F) {
  return { subject, eventId, messageNumber, message: struct({ callbackId: i32, ...payload }) }
}

export const events = {
  /** `event` is one of `lifecycleEvent`; `detail` depends on it. */
  lifecycle: event('domain', 0, 318, { domain, event: i32, detail: i32 }),
  reboot: event('domain', 1, 319, { domain }),
  watchdog: event('domain', 3, 321, { domain, action: i32 }),
  /** A disk's error: `reason` is `enospc` or empty, `action` one of `ioErrorAction`. */
  ioErrorReason: event('domain', 6, 324, { domain, sourcePath: text, alias: text, action: i32, reason: text }),
  controlError: event('domain', 7, 325, { domain }),
  deviceRemoved: event('domain', 15, 333, { domain, alias: text }),
  /** `status` is one of `blockJobStatus`. */
  blockJob: event('domain', 16, 339, { domain, disk: text, type: i32, status: i32 }),
  tunable: event('domain', 17, 346, { domain, params: typedParams(2_048) }),
  /** `state` 1 = the guest's agent answers, 2 = it does not. */
  agentLifecycle: event('domain', 18, 348, { domain, state: i32, reason: i32 }),
  deviceAdded: event('domain', 19, 354, { domain, alias: text }),
  migrationIteration: event('domain', 20, 359, { domain, iteration: i32 }),
  jobCompleted: event('domain', 21, 363, { domain, params: typedParams(64) }),
  deviceRemovalFailed: event('domain', 22, 367, { domain, alias: text }),
  metadataChange: event('domain', 23, 379, { domain, type: i32, uri: nullableText }),
  blockThreshold: event('domain', 24, 385, { domain, device: text, path: nullableText, thresholdBytes: u64, excessBytes: u64 }),
  memoryFailure: event('domain', 25, 423, { domain, recipient: i32, action: i32, flags: u32 }),

  /** `event` is one of `poolEvent`. */
  poolLifecycle: event('pool', 0, 370, { pool, event: i32, detail: i32 }),
  poolRefresh: event('pool', 1, 373, { pool }),
}

export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = Decoded<(typeof events)[N]['message']>
