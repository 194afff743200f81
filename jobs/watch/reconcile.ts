import type { Em } from '../../server/db/orm.ts'
import type { HypervisorDriver, ObservedVm } from '../../server/hypervisor/driver.ts'
import type { PowerState } from '../../server/model/vm.ts'
import type { PowerEvent } from './inbox.ts'
import type { WatchLog } from './log.ts'
import { recordFacts, recordPool } from './observe.ts'
import type { Grip, PowerChange } from './observe.ts'

/** A VM that Kloudak started paused, to finish its network first, has not run yet: to people it is not suspended. */
function shownPower({ power, startedPaused }: ObservedVm): PowerState {
  return startedPaused ? 'stopped' : power
}

/** What one event says. A start or a pause is read back, since the event does not tell whose pause it is. */
export async function powerNow(driver: HypervisorDriver, event: PowerEvent): Promise<PowerChange> {
  const { domainUuid } = event
  if (event.kind === 'removed') return { domainUuid, power: 'stopped', byGuest: false }
  const mayBeOurPause = event.power === 'paused' || event.reason === 'started'
  const vm = mayBeOurPause ? await driver.findVm(domainUuid) : undefined
  if (mayBeOurPause) return { domainUuid, power: vm ? shownPower(vm) : 'stopped', byGuest: false }
  return { domainUuid, power: event.power, byGuest: event.reason === 'guest-shutdown' }
}

/** Compares books and host by UUID. A VM that is ready in the books and absent on the host does not run. */
export async function compareVms(em: Em, { hostId }: Grip, driver: HypervisorDriver): Promise<PowerChange[]> {
  // Read before the list: a VM that becomes ready in between is not taken for an absent one.
  const ready = await em.execute<{ uuid: string }[]>("select domain_uuid as uuid from vm where host_id = ? and phase = 'ready'", [hostId])
  const found = new Map((await driver.listVms()).map((vm) => [vm.domainUuid, vm]))
  const absent = ready.filter(({ uuid }) => !found.has(uuid)).map(({ uuid }): PowerChange => ({ domainUuid: uuid, power: 'stopped', byGuest: false }))
  return [...absent, ...[...found.values()].map((vm): PowerChange => ({ domainUuid: vm.domainUuid, power: shownPower(vm), byGuest: false }))]
}

/** Facts when the row has none, and the capacity of the area's pools. A pool that cannot be read is no reason to lose the host. */
export async function lookAtHost(em: Em, grip: Grip, driver: HypervisorDriver, log: WatchLog): Promise<void> {
  const [host] = await em.execute<{ known: boolean }[]>('select facts is not null as known from host where id = ?', [grip.hostId])
  if (host && !host.known) await recordFacts(em, grip, await driver.facts())
  const pools = await em.execute<{ id: string; name: string; path: string }[]>('select pool.id, pool.name, pool.path from pool join host on host.area_id = pool.area_id where host.id = ?', [grip.hostId])
  for (const { id, ...ref } of pools) {
    const facts = await driver.poolFacts(ref).catch((error: unknown) => { log.warn({ hostId: grip.hostId, poolId: id, err: error }, 'the pool cannot be read on this host') })
    if (facts) await recordPool(em, grip, id, facts)
  }
}
