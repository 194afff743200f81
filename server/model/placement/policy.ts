import type { HostCandidate } from './candidate.ts'
import type { PlacementRequest } from './request.ts'

/** What a policy is told of a host that has room for the VM. */
export interface HostToScore extends Readonly<HostCandidate> {
  readonly cpus: number
  readonly memoryBytes: number
  /** What it may still promise, the VM not yet counted. */
  readonly freeVcpus: number
  readonly freeMemoryBytes: number
}

/**
 * How good a host is for a VM: the highest number is taken. Filters have been asked before, so that a policy only chooses
 * among hosts that are allowed. It must answer from what it is given alone, with a number that is not NaN.
 */
export type ScoreHost = (host: HostToScore, request: Readonly<PlacementRequest>) => number

/**
 * Which hosts the database names first, so that not all of 10,000 have to be read: those with the largest or least room, those
 * that waited longest, any. `all`: the policy has to see every host.
 */
export type HostOrder = 'roomiest-share' | 'roomiest' | 'tightest' | 'longest-waiting' | 'any' | 'all'

export interface Policy {
  /** What it does, as a sentence. */
  description: string
  order: HostOrder
  score: ScoreHost
}

export const policyNames = ['spread', 'pack', 'most-free-memory', 'round-robin', 'random'] as const
export type PolicyName = (typeof policyNames)[number]

export const policies: Record<PolicyName, Policy> = {
  spread: {
    description: 'The host that keeps the largest share of its memory free: load and failures are spread.',
    order: 'roomiest-share',
    score: (host, { memoryBytes }) => (host.freeMemoryBytes - memoryBytes) / host.memoryBytes,
  },
  pack: {
    description: 'The host that the VM fills best, so that others stay empty for large VMs, or can be switched off.',
    order: 'tightest',
    score: (host, { memoryBytes }) => -(host.freeMemoryBytes - memoryBytes),
  },
  'most-free-memory': {
    description: 'The host with the most free memory, whatever its size.',
    order: 'roomiest',
    score: (host) => host.freeMemoryBytes,
  },
  'round-robin': {
    description: 'The host on which nothing was placed for longest.',
    order: 'longest-waiting',
    score: (host) => -host.turn,
  },
  random: {
    description: 'Any host that has room.',
    order: 'any',
    score: () => Math.random(),
  },
}

export const isPolicyName = (name: string): name is PolicyName => (policyNames as readonly string[]).includes(name)

/** What an area has whose policy was never said, and what takes the place of a module that fails. */
export const defaultPolicy = 'spread' satisfies PolicyName
