import { quotasOf } from '../db/queries/quota.ts'
import type { Db } from '../db/orm.ts'
import type { ChangeEvent } from '../events/event.ts'
import type { Quota } from '../model/quota.ts'
import { follow } from './follow.ts'
import type { Follower } from './follow.ts'
import { patiently } from './patience.ts'

/** The quotas as they are behind an event, and all before it. */
export interface UsageChange { event: ChangeEvent; quotas: Quota[] }

/** Between two counts for one follower: a thousand VMs that come at once are not counted a thousand times. */
const restMs = 200

/**
 * What the workspace may have and has, told when it is another than what was told last. Whatever takes of a quota or
 * gives back to it changes a VM, a network or the workspace in the same transaction, so their events are followed; those
 * that come while we count are one. Errors as `follow`.
 */
export function followUsage({ db, ...follower }: Follower & { db: Db }, workspaceId: string, after: string | undefined): AsyncIterableIterator<UsageChange> {
  const events = follow(follower, workspaceId, { objectTypes: ['vm', 'network', 'workspace'] }, after)
  let newest: ChangeEvent | undefined
  let failure: unknown
  let isOver = false
  let told = ''
  let notBefore = 0
  let wake = () => {}

  const read = async () => {
    try {
      for await (const event of events) { newest = event; wake() }
    } catch (error) {
      failure = error
    }
    isOver = true
    wake()
  }
  /** A fault that passes must not end the stream; after one that stays nobody asks again, so that the events are given up here. */
  const count = async () => {
    try {
      return (await patiently(() => quotasOf(db.em.fork(), [workspaceId]))).get(workspaceId)!
    } catch (error) {
      await events.return!()
      throw error
    }
  }
  const wakened = (ms: number | undefined) => new Promise<void>((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
    wake = () => { clearTimeout(timer); resolve() }
  })
  void read()

  return {
    async next() {
      for (;;) {
        if (failure) throw failure
        if (isOver) return { done: true, value: undefined }
        const restsMs = notBefore - performance.now()
        if (!newest || restsMs > 0) { await wakened(newest && restsMs); continue }
        const event = newest
        newest = undefined
        const quotas = await count()
        notBefore = performance.now() + restMs
        const text = JSON.stringify(quotas)
        // The right may have gone while we counted.
        if (isOver || text === told) continue
        told = text
        return { done: false, value: { event, quotas } }
      }
    },
    async return() {
      isOver = true
      wake()
      await events.return!()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() { return this },
  }
}
