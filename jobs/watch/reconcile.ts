import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { Em } from '../../server/db/orm.ts'
import type { HypervisorDriver, ObservedVm } from '../../server/hypervisor/driver.ts'
import type { PowerState } from '../../server/model/vm.ts'
import { checkOwnership, takeInventory } from '../review/look.ts'
import type { PowerEvent } from './inbox.ts'
import type { WatchLog } from './log.ts'
import { GripLost, recordFacts, recordFrozen, recordInventory } from './observe.ts'
import { recordUnmanaged } from './unmanaged.ts'
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

/**
 * Compares books and host by UUID. A VM that is ready in the books and absent on the host does not run; on a frozen host
 * the books themselves may be wrong, and nobody knows.
 */
export async function compareVms(em: Em, grip: Grip, driver: HypervisorDriver): Promise<PowerChange[]> {
  // Read before the list: a VM that becomes ready in between is not taken for an absent one.
  const ready = await em.execute<{ uuid: string; isFrozen: boolean; ran: boolean }[]>(`
    select vm.domain_uuid as uuid, host.frozen_at is not null as "isFrozen", coalesce(vm.last_known_power, vm.observed_power) in ('running', 'paused') as ran from vm join host on host.id = vm.host_id where vm.host_id = ? and vm.phase = 'ready'`, [grip.hostId])
  const found = new Map((await driver.listVms()).map((vm) => [vm.domainUuid, vm]))
  await recordUnmanaged(em, grip, found.values())
  const absent = ready.filter(({ uuid }) => !found.has(uuid)).map(({ uuid, isFrozen }): PowerChange => ({ domainUuid: uuid, power: isFrozen ? 'unknown' : 'stopped', byGuest: false }))
  // One that ran when it was last heard of and has shut itself down since, unheard: nobody else stopped it.
  const ran = new Set(ready.filter((vm) => vm.ran && !vm.isFrozen).map(({ uuid }) => uuid))
  return [...absent, ...[...found.values()].map((vm): PowerChange => ({ domainUuid: vm.domainUuid, power: shownPower(vm), byGuest: vm.guestShutDown && ran.has(vm.domainUuid) }))]
}

/** Facts when the row has none. */
export async function lookAtHost(em: Em, grip: Grip, driver: HypervisorDriver): Promise<void> {
  const [host] = await em.execute<{ known: boolean }[]>('select facts is not null as known from host where id = ?', [grip.hostId])
  if (host && !host.known) await recordFacts(em, grip, await driver.facts())
}

/**
 * Freezes the host when something says that it is not these books' own, and marks pools that nobody has marked. Of a frozen
 * host it keeps what there is to see, for its review. Returns whether the host is frozen.
 */
export async function lookAtOwnership(em: Em, grip: Grip, hypervisor: HypervisorDriver, fabric: FabricDriver, log: WatchLog): Promise<boolean> {
  const isFrozen = async () => (await em.execute<{ frozen: boolean }[]>('select frozen_at is not null as frozen from host where id = ?', [grip.hostId]))[0]?.frozen ?? false
  try {
    if (!await isFrozen()) {
      const quarrel = await checkOwnership(em, grip.hostId, hypervisor, { lenient: true })
      if (quarrel === undefined) return false
      if (await recordFrozen(em, grip, quarrel)) log.warn({ hostId: grip.hostId, alert: 'host-frozen', reason: quarrel }, 'the host is frozen until an operator has reviewed it')
    }
    await recordInventory(em, grip, await takeInventory(em, grip.hostId, hypervisor, fabric))
  } catch (error) {
    if (error instanceof GripLost) throw error
    log.warn({ hostId: grip.hostId, err: error }, 'what stands on the host could not be compared with the books')
  }
  return isFrozen()
}
