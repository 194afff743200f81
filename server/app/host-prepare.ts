import { hostPrepare, hostRestrictKey } from '../../jobs/contract/host.ts'
import { standingPools } from '../db/queries/pool-ref.ts'
import { KloudakError } from '../model/errors.ts'
import type { Discovery } from '../model/host-discovery.ts'
import { preparationOf, shellRemedy } from '../model/host-preparation.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { lockHost, requireIdle, requireThawed } from './host-lock.ts'

export interface PrepareHostInput extends Asked {
  hostId: string
  /** A card or bond that becomes the uplink of the public bridge; the bridge is left alone without it. */
  publicUplink?: string | null | undefined
  trunkUplink?: string | null | undefined
  /** Make folders of pools where they are missing: only for plain folders, never in the place of a mount. */
  poolFolders?: boolean | null | undefined
}

/**
 * Makes on a host what the checklist misses: bridges with the uplinks given, folders of pools. The plan says what, by what was
 * seen there last; the task looks again before it makes anything, and takes back what it made when it fails. INVALID_INPUT for
 * a card that must not be taken, WRONG_STATE for a host that nobody has looked at. For superusers.
 */
export async function prepareHost(context: AppContext, input: PrepareHostInput): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'prepareHost', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    requireThawed(host)
    await requireIdle(act, host)
    const [seen] = await act.em.execute<[{ discovery: Discovery | null; publicBridge: string; trunkBridge: string }]>('select discovery, public_bridge as "publicBridge", trunk_bridge as "trunkBridge" from host where id = ?', [hostId])
    if (seen.discovery === null) throw new KloudakError('WRONG_STATE', `Nobody has looked at host ${host.name} yet.`, { field: 'hostId', remedy: 'Wait until its enrolment has looked at it, or look at it with checkHost.' })
    if (seen.discovery.shell === 'refused') throw new KloudakError('WRONG_STATE', `The key of host ${host.name} may only forward: nothing can be made there.`, { field: 'hostId', remedy: shellRemedy })
    const wish = { publicUplink: input.publicUplink ?? null, trunkUplink: input.trunkUplink ?? null, poolFolders: input.poolFolders ?? false }
    const paths = wish.poolFolders ? (await standingPools(act.em, hostId)).filter(({ ref }) => ref.source === undefined).map(({ ref }) => ref.path) : []
    const missing = preparationOf({ host: host.name, publicBridge: seen.publicBridge, trunkBridge: seen.trunkBridge, publicUplink: wish.publicUplink ?? undefined, trunkUplink: wish.trunkUplink ?? undefined, poolFolders: paths }, seen.discovery)
    act.plan.restsOn('missing', JSON.stringify(missing))
    for (const { name, uplink, datapath } of missing.bridges) act.plan.step(`The Open vSwitch bridge ${name} is made${datapath === 'netdev' ? ', switching in user space,' : ''} with the uplink ${uplink}.`)
    for (const path of missing.folders) act.plan.step(`The folder ${path} is made.`)
    if (missing.bridges.length + missing.folders.length === 0) {
      act.plan.step('Nothing of what was asked for is missing.')
      return { taskId: null }
    }
    return act.startTask({ contract: hostPrepare, input: { hostId, ...wish }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
  })
}

/**
 * Lets Kloudak's key do nothing but forward on the host from now on: what a stolen key could do is then no more than what
 * Kloudak does. Preparation and the inside of the host are out of reach afterwards. For superusers.
 */
export async function restrictHostKey(context: AppContext, input: Asked & { hostId: string }): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'restrictHostKey', input, objectId: hostId }, async (act) => {
    const host = await lockHost(act, hostId)
    if (host.kind === 'local') throw new KloudakError('WRONG_STATE', `Host ${host.name} is reached without a key.`, { field: 'hostId' })
    await requireIdle(act, host)
    return act.startTask({ contract: hostRestrictKey, input: { hostId }, workspaceId: null, object: { type: 'host', id: hostId, name: host.name } })
  })
}
