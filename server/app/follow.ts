import type { Actor } from '../auth/actor.ts'
import type { Auth } from '../auth/auth.ts'
import { maySee, notFound, requireActor, requireSight } from '../auth/authorize.ts'
import type { ChangeEvent, EventFilter } from '../events/event.ts'
import type { EventHub } from '../events/hub.ts'
import { KloudakError } from '../model/errors.ts'
import { patiently } from './patience.ts'

export interface Follower { actor: Actor | undefined; hub: EventHub; auth: Pick<Auth, 'actors'> }

/**
 * The changes in a workspace that match, from `after` on; with a workspace of null those of all, for superusers. The
 * right to see is proven now, before each event, and whenever rights change: a follower that lost it is closed at once.
 * `stillSees` decides for who does not see the workspace, or does not any more.
 * Errors: NOT_FOUND for a workspace that one may not see, INVALID_INPUT and CURSOR_EXPIRED as EventHub.subscribe.
 */
export function follow({ actor, hub, auth }: Follower, workspaceId: string | null, filter: Omit<EventFilter, 'workspaceId'>, after: string | undefined, stillSees?: (actor: Actor) => Promise<boolean>): AsyncIterableIterator<ChangeEvent> {
  const { id: userId, sessionId } = stillSees ? requireActor(actor) : requireSight(requireActor(actor), workspaceId, 'workspace', 'workspaceId')
  const events = hub.subscribe({ ...filter, ...(workspaceId === null ? {} : { workspaceId }) }, after)
  let lost: unknown
  const refuse = async (actor: Actor | undefined) => {
    if (!actor) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.', { remedy: 'Sign in again.' })
    if (!maySee(actor, workspaceId) && !(await stillSees?.(actor))) throw notFound('workspace', 'workspaceId')
  }
  let looking = 0
  const stopHearing = hub.onAccessChange((whose) => {
    if (whose === undefined ? looking > 0 : whose !== userId) return
    looking++
    // Read anew: what is remembered may be from before the change. Without an answer the next look decides.
    auth.actors.now(sessionId).then(refuse).catch((error: unknown) => {
      if (!(error instanceof KloudakError)) return
      lost ??= error
      void end()
    }).finally(() => { looking-- })
  })
  const end = () => {
    stopHearing()
    return events.return!()
  }
  return {
    async next() {
      try {
        const result = await events.next()
        if (lost) throw lost
        if (result.done) stopHearing()
        // What is remembered may be from before the right was given: nobody is sent away for that.
        else {
          await patiently(async () => {
            if (!maySee(await auth.actors.recent(sessionId), workspaceId)) await refuse(await auth.actors.renew(sessionId))
          })
        }
        return result
      } catch (error) {
        await end()
        throw error
      }
    },
    return: end,
    throw: async (error) => { await end(); throw error },
    [Symbol.asyncIterator]() { return this },
  }
}
