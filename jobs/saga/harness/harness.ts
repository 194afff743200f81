import { backwardCases, forcedBack, forwardCases } from './cases.ts'
import type { Case } from './cases.ts'
import { play } from './play.ts'
import type { HarnessOptions, Scenario } from './world.ts'

export interface HarnessReport { saga: string; title: string; cases: number; failures: { name: string; error: unknown }[] }

/**
 * Runs a saga in every way that it can go wrong: each step failing before and after its act, each step repeated, each
 * undo failing and repeated, a crash at every boundary and before every call on a host, every call refused, lost before
 * and lost after, a cancel at every step and call. Each run has a world of its own, whose books and hosts are compared
 * at the end. The database must have no other worker and no open saga. Throws when even the undisturbed run is wrong.
 */
export async function runHarness(scenario: Scenario, options: HarnessOptions): Promise<HarnessReport> {
  const registered = (await scenario.makeWorld()).registry.newest(scenario.saga)
  const plain = await play(scenario, options, { name: 'undisturbed', disturb: [], endings: ['done'] })
  const cases: Case[] = forwardCases(registered, plain)
  const force = forcedBack(registered)
  if (force) {
    const whole = await play(scenario, options, { name: 'turned back at the last step', disturb: [force], endings: ['failed'] })
    cases.push(...backwardCases(registered, whole))
  }
  const failures: HarnessReport['failures'] = []
  for (const played of cases) {
    try {
      await play(scenario, options, played)
    } catch (error) {
      failures.push({ name: played.name, error })
    }
  }
  return { saga: scenario.saga, title: scenario.title, cases: cases.length + 1 + (force ? 1 : 0), failures }
}

/** One line for each failure, or the empty string. */
export function describe({ saga, title, cases, failures }: HarnessReport): string {
  if (failures.length === 0) return ''
  const lines = failures.map(({ name, error }) => `  ${name}: ${error instanceof Error ? error.message : String(error)}`)
  return [`${saga} (${title}): ${failures.length} of ${cases} runs went wrong`, ...lines].join('\n')
}
