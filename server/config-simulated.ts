import { z } from 'zod'
import { calm } from './hypervisor/simulated/life.ts'
import type { Behaviour } from './hypervisor/simulated/life.ts'
import { parseDuration } from './model/duration.ts'

/** Simulated requests take a time; nobody waits longer for one than this. */
const longestMs = 60_000

/** `5ms`, or `2ms..40ms` for anything between the two. */
const latency = z.string().transform((text, context): Behaviour['latencyMs'] => {
  const [least, most = least, ...rest] = text.split('..').map((part) => parseDuration(part.trim()))
  if (least !== undefined && most !== undefined && rest.length === 0 && least <= most && most <= longestMs) return { least, most }
  context.addIssue({ code: 'custom', message: 'is a time of at most 60s, or a range of times, as in 5ms or 2ms..40ms' })
  return z.NEVER
})

type Failures = Pick<Behaviour, 'refusedShare' | 'lostShare' | 'awayPerMinute'>

/** `refused=0.1%, lost=0.05%, away=2/m`: shares of requests that fail, and hosts that fall silent in a minute. */
const failures = z.string().transform((text, context): Failures => {
  const found: Partial<Record<'refused' | 'lost' | 'away', number>> = {}
  for (const entry of text.split(',').map((part) => part.trim()).filter(Boolean)) {
    const [, kind, share, rate] = /^(?:(refused|lost) *= *(\d{1,3}(?:\.\d{1,4})?)%|away *= *(\d{1,4}(?:\.\d{1,4})?)\/m)$/.exec(entry) ?? []
    const name = kind as 'refused' | 'lost' | undefined ?? (rate === undefined ? undefined : 'away')
    if (name === undefined || Number(share ?? 0) > 100 || found[name] !== undefined) {
      context.addIssue({ code: 'custom', message: `"${entry.slice(0, 80)}" is not one of refused=0.1%, lost=0.1% and away=2/m, each said once` })
      return z.NEVER
    }
    found[name] = name === 'away' ? Number(rate) : Number(share) / 100
  }
  return { refusedShare: found.refused ?? 0, lostShare: found.lost ?? 0, awayPerMinute: found.away ?? 0 }
})

/** How simulated hosts behave: for demonstrations, tests and benches. */
export const simulatedVariables = {
  KLOUDAK_SIMULATED_LATENCY: latency.default(calm.latencyMs),
  /** Guests that somebody suspends or resumes on the hosts in a second, over all of them. */
  KLOUDAK_SIMULATED_EVENTS: z.coerce.number().min(0).max(10_000).default(calm.changesPerSecond),
  KLOUDAK_SIMULATED_FAILURES: failures.default({ refusedShare: calm.refusedShare, lostShare: calm.lostShare, awayPerMinute: calm.awayPerMinute }),
}

export function behaviourOf(parsed: { KLOUDAK_SIMULATED_LATENCY: Behaviour['latencyMs']; KLOUDAK_SIMULATED_EVENTS: number; KLOUDAK_SIMULATED_FAILURES: Failures }): Behaviour {
  return { ...calm, latencyMs: parsed.KLOUDAK_SIMULATED_LATENCY, changesPerSecond: parsed.KLOUDAK_SIMULATED_EVENTS, ...parsed.KLOUDAK_SIMULATED_FAILURES }
}
