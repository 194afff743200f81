import type { PowerState } from '../../model/vm.ts'
import { lifecycleDetail, lifecycleEvent } from '../../wire/libvirt/constants.ts'
import type { HostEvent } from '../driver.ts'

type Power = Extract<HostEvent, { kind: 'power' }>

/**
 * Turns libvirt's lifecycle events into what the contract promises: each change once. Libvirt tells a start as `resumed`
 * and then `started`, an end as `shutdown` and then `stopped`, and an undefined domain lives on until it stops; so what is
 * known of each domain is kept. Pure: `known` is filled by a listing after the registration.
 */
export class Lifecycle {
  readonly #power = new Map<string, PowerState>()
  /** Ended by the host's own shutdown, not by the guest. */
  readonly #endedByHost = new Set<string>()
  readonly #undefined = new Set<string>()

  /** The state as listed; what events have told since the registration is newer and stays. */
  know(domainUuid: string, power: PowerState): void {
    if (!this.#power.has(domainUuid)) this.#power.set(domainUuid, power)
  }

  hear(domainUuid: string, event: number, detail: number): HostEvent[] {
    switch (event) {
      case lifecycleEvent.STARTED: return this.#change(domainUuid, 'running', detail === lifecycleDetail.STARTED.MIGRATED ? 'migrated' : 'started')
      case lifecycleEvent.RESUMED: return this.#isUp(domainUuid) ? this.#change(domainUuid, 'running', detail === lifecycleDetail.RESUMED.MIGRATED ? 'migrated' : 'resumed') : []
      case lifecycleEvent.SUSPENDED: return this.#change(domainUuid, 'paused', detail === lifecycleDetail.SUSPENDED.IOERROR || detail === lifecycleDetail.SUSPENDED.API_ERROR ? 'failed' : 'suspended')
      case lifecycleEvent.PMSUSPENDED: return this.#change(domainUuid, 'paused', 'suspended')
      case lifecycleEvent.CRASHED: return this.#change(domainUuid, 'crashed', 'crashed')
      case lifecycleEvent.SHUTDOWN:
        if (detail === lifecycleDetail.SHUTDOWN.HOST) this.#endedByHost.add(domainUuid)
        return []
      case lifecycleEvent.STOPPED: return this.#stopped(domainUuid, detail)
      case lifecycleEvent.UNDEFINED: return detail === lifecycleDetail.UNDEFINED.RENAMED ? [] : this.#removed(domainUuid)
      case lifecycleEvent.DEFINED:
        this.#undefined.delete(domainUuid)
        this.know(domainUuid, 'stopped')
        return []
      default: return []
    }
  }

  #isUp(domainUuid: string): boolean {
    const power = this.#power.get(domainUuid)
    return power === 'running' || power === 'paused' || power === 'crashed'
  }

  #change(domainUuid: string, power: PowerState, reason: Power['reason']): HostEvent[] {
    if (this.#power.get(domainUuid) === power) return []
    this.#power.set(domainUuid, power)
    return [{ kind: 'power', domainUuid, power, reason }]
  }

  #stopped(domainUuid: string, detail: number): HostEvent[] {
    const byHost = this.#endedByHost.delete(domainUuid)
    const { SHUTDOWN, DESTROYED, CRASHED, MIGRATED, FAILED } = lifecycleDetail.STOPPED
    const told: HostEvent[] = []
    if (detail === SHUTDOWN) told.push(...this.#change(domainUuid, 'stopped', byHost ? 'stopped' : 'guest-shutdown'))
    else if (detail === DESTROYED) told.push(...this.#change(domainUuid, 'stopped', 'stopped'))
    else if (detail === MIGRATED) told.push(...this.#change(domainUuid, 'stopped', 'migrated'))
    // FAILED: QEMU went away without a word.
    else if (detail === CRASHED || detail === FAILED) told.push(...this.#change(domainUuid, 'crashed', detail === FAILED ? 'failed' : 'crashed'))
    else told.push(...this.#change(domainUuid, 'stopped', 'other'))
    return this.#undefined.has(domainUuid) ? [...told, ...this.#removed(domainUuid)] : told
  }

  #removed(domainUuid: string): HostEvent[] {
    const power = this.#power.get(domainUuid)
    if (power === 'running' || power === 'paused') { this.#undefined.add(domainUuid); return [] }
    this.#undefined.delete(domainUuid)
    this.#power.delete(domainUuid)
    return [{ kind: 'removed', domainUuid }]
  }
}
