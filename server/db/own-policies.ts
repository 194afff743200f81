import { defaultPolicy, isPolicyName, policies } from '../model/placement/policy.ts'
import type { Policy, ScoreHost } from '../model/placement/policy.ts'
import { place, PolicyFailed } from '../model/placement/place.ts'
import type { Placement } from '../model/placement/place.ts'
import type { HostCandidate } from '../model/placement/candidate.ts'
import type { PlacementRequest } from '../model/placement/request.ts'

// One process has one set of them, from its environment, before it takes any work.
const own = new Map<string, Policy>()
let tellTrouble: (trouble: { policy: string; error: unknown }) => void = () => {}
const toldAtMs = new Map<string, number>()
/** A module that fails does so at each placement: once a minute is enough to be told. */
const quietMs = 60_000

/**
 * Loads modules of the operator's own, each by its path, and knows them by their names from then on. A module exports `score`
 * (`ScoreHost` in server/model/placement/policy.ts) and may export `description`.
 * @throws Error naming the module that cannot be loaded or exports no `score`
 */
export async function loadOwnPolicies(modules: Readonly<Record<string, string>>, onTrouble: typeof tellTrouble): Promise<void> {
  tellTrouble = onTrouble
  for (const [name, path] of Object.entries(modules)) {
    const loaded = await import(path).catch((cause: unknown) => { throw new Error(`The placement module ${name} (${path}) cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }) }) as { score?: unknown; description?: unknown }
    if (typeof loaded.score !== 'function') throw new Error(`The placement module ${name} (${path}) exports no function score.`)
    own.set(name, { description: typeof loaded.description === 'string' ? loaded.description : 'A module of this installation.', order: 'all', score: loaded.score as ScoreHost })
  }
}

/** The names that an area may be given in this process, ours first. */
export const knownPolicies = (): { name: string; policy: Policy; isOwn: boolean }[] => [
  ...Object.entries(policies).map(([name, policy]) => ({ name, policy, isOwn: false })),
  ...Array.from(own, ([name, policy]) => ({ name, policy, isOwn: true })),
]

/** The policy of that name. One that this process does not know is told of, and the default takes its place. */
export function policyOf(name: string): Policy {
  const known = isPolicyName(name) ? policies[name] : own.get(name)
  if (!known) trouble(name, new Error('This process has no such policy: KLOUDAK_PLACEMENT_MODULES must be the same for all servers and workers.'))
  return known ?? policies[defaultPolicy]
}

/** Filters and weighs by the policy of that name. One that fails is told of, and the default weighs in its place: the filters are never its own. */
export function placeBy(name: string, request: PlacementRequest, hosts: readonly HostCandidate[]): Placement {
  try {
    return place(request, hosts, policyOf(name).score)
  } catch (error) {
    if (!(error instanceof PolicyFailed)) throw error
    trouble(name, error)
    return place(request, hosts)
  }
}

function trouble(policy: string, error: unknown): void {
  const nowMs = performance.now()
  if (nowMs - (toldAtMs.get(policy) ?? -Infinity) < quietMs) return
  toldAtMs.set(policy, nowMs)
  tellTrouble({ policy, error })
}
