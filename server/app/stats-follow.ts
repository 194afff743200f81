import type { ChangeEvent } from '../events/event.ts'
import type { HostMetric, Point, VmMetric } from '../model/stats.ts'
import { follow } from './follow.ts'
import type { Follower } from './follow.ts'
import type { Reader } from './reader.ts'
import type { StatsFeed } from './stats-feed.ts'
import { requireHost, requireVm } from './stats-read.ts'

export type StatsFollower = Follower & Reader & { statsFeed: StatsFeed }

/** A host's samples from the newest on, for superusers. Errors as findHostStats; ends as `follow` when the right does. */
export async function followHost(follower: StatsFollower, hostId: string): Promise<AsyncIterableIterator<Point<HostMetric>>> {
  await requireHost(follower, hostId)
  const events = follow(follower, null, { objectTypes: ['host'], objectId: hostId }, undefined)
  return streamOf(events, (tell) => follower.statsFeed.listen('host', hostId, tell))
}

/** A VM's samples from the newest on. Errors as findVmStats; ends as `follow` when the right to see the VM does, and with the VM. */
export async function followVm(follower: StatsFollower, vmId: string): Promise<AsyncIterableIterator<Point<VmMetric>>> {
  const workspaceId = await requireVm(follower, vmId)
  const events = follow(follower, workspaceId, { objectTypes: ['vm'], objectId: vmId }, undefined)
  return streamOf(events, (tell) => follower.statsFeed.listen('vm', vmId, tell))
}

/**
 * What is told, for as long as the events of its object may be followed: whose right ends with the stream of events ends
 * here too. Of samples that come faster than they are taken only the newest is told.
 */
function streamOf<Value>(events: AsyncIterableIterator<ChangeEvent>, listen: (tell: (value: Value) => void) => () => void): AsyncIterableIterator<Value> {
  let newest: Value | undefined
  let failure: unknown
  let isOver = false
  let wake = () => {}
  const stop = listen((value) => { newest = value; wake() })
  const end = () => { isOver = true; stop(); wake() }

  const guard = async () => {
    try {
      for await (const { kind } of events) if (kind === 'deleted') break
    } catch (error) {
      failure = error
    }
    end()
  }
  void guard()

  return {
    async next() {
      for (;;) {
        if (failure) throw failure
        if (isOver) return { done: true, value: undefined }
        if (newest !== undefined) {
          const value = newest
          newest = undefined
          return { done: false, value }
        }
        await new Promise<void>((resolve) => { wake = resolve })
      }
    },
    async return() {
      end()
      await events.return!()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() { return this },
  }
}
