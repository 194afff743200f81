import { fencingOf } from '../../jobs/fencing/fencing.ts'
import type { Deps } from '../../jobs/sagas/deps.ts'
import { failoverWork } from '../../server/app/failover-work.ts'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import { silentSender } from './toy-saga.ts'

/** What sagas have other work begun with, and switch hosts off with, where simulated hosts are all there is. */
export function failoverDeps(world: Pick<SimulatedWorld, 'hasPower' | 'cut'> = new SimulatedWorld()): Pick<Deps, 'recoveries' | 'fencing'> {
  return { recoveries: failoverWork(silentSender).recoveries, fencing: fencingOf({ hasPower: (host) => world.hasPower(host), cut: (host) => { world.cut(host) } }) }
}
