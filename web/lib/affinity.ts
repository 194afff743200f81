import type { AffinityPolicy, AffinityStrength } from '../gql/graphql.ts'

interface Rule { policy: AffinityPolicy; strength: AffinityStrength }

export const policyWords: Record<AffinityPolicy, string> = { AFFINITY: 'Together on one host', ANTI_AFFINITY: 'Apart, each on a host of its own' }
const strengthWords: Record<AffinityStrength, string> = { HARD: 'always', SOFT: 'if possible' }

/** A group's rule in a few words. */
export const ruleOf = ({ policy, strength }: Rule): string => `${policyWords[policy]}, ${strengthWords[strength]}`

/** The same, for where there is little room. */
export const shortRuleOf = ({ policy, strength }: Rule): string => `${policy === 'AFFINITY' ? 'Together' : 'Apart'}, ${strengthWords[strength]}`
