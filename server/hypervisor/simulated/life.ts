import type { FaultKind } from './faults.ts'
import type { SimulatedHost } from './host.ts'

/** How simulated hosts behave, beside doing what they are told. */
export interface Behaviour {
  /** How long each request takes: anything between the two. */
  latencyMs: { least: number; most: number }
  /** Guests that somebody suspends or resumes on the hosts, over all of them. */
  changesPerSecond: number
  /** Shares of all requests: those that the host answers with an error, and those whose connection breaks. */
  refusedShare: number
  lostShare: number
  /** Hosts that fall silent, over all of them, and how long each does. */
  awayPerMinute: number
  awayMs: number
}

export const calm: Behaviour = { latencyMs: { least: 0, most: 0 }, changesPerSecond: 0, refusedShare: 0, lostShare: 0, awayPerMinute: 0, awayMs: 20_000 }

export const latencyOf = ({ latencyMs: { least, most } }: Behaviour): number => least + Math.random() * (most - least)

/** The fault that meets a request by chance. */
export function faultBy({ refusedShare, lostShare }: Behaviour): FaultKind | undefined {
  const dice = Math.random()
  if (dice < refusedShare) return 'refused'
  if (dice < refusedShare + lostShare) return dice - refusedShare < lostShare / 2 ? 'lost-before' : 'lost-after'
  return undefined
}

const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)]

/** Calls `act` at the rate, evenly, however often the timer fires; returns how to end that. */
function atRate(perSecond: number, act: () => void): () => void {
  if (perSecond <= 0) return () => {}
  let owed = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // A process that was stopped does not catch up.
    owed = Math.min(owed + (now - last) / 1_000 * perSecond, Math.max(1, perSecond))
    last = now
    for (; owed >= 1; owed--) act()
  }, Math.min(1_000, Math.max(10, 1_000 / perSecond)))
  return () => { clearInterval(timer) }
}

/**
 * Lets things happen on the hosts, at the rates given and at random, without Kloudak's doing. `onChange` is told of each
 * guest when it changes. Returns how to end it.
 */
export function bringToLife(hosts: () => readonly SimulatedHost[], behaviour: Behaviour, onChange: (domainUuid: string) => void = () => {}): () => void {
  const back = new Set<NodeJS.Timeout>()
  const ends = [
    atRate(behaviour.changesPerSecond, () => {
      const host = pick(hosts())
      const vm = host && pick([...host.vms.values()])
      if (!vm || vm.startedPaused || (vm.power !== 'running' && vm.power !== 'paused')) return
      const { domainUuid } = vm.spec
      vm.power = vm.power === 'running' ? 'paused' : 'running'
      onChange(domainUuid)
      host.emit({ kind: 'power', domainUuid, power: vm.power, reason: vm.power === 'paused' ? 'suspended' : 'resumed' })
    }),
    atRate(behaviour.awayPerMinute / 60, () => {
      const host = pick(hosts().filter(({ reachable }) => reachable))
      host?.setReachable(false)
      const timer = setTimeout(() => { back.delete(timer); host?.setReachable(true) }, behaviour.awayMs)
      back.add(timer)
    }),
  ]
  return () => {
    for (const end of ends) end()
    for (const timer of back) clearTimeout(timer)
  }
}
