/** What a host is, as it is seen. `fenced`: proven to be off, and not cleaned up since. */
export type HostState = 'enrolling' | 'up' | 'suspect' | 'down' | 'fenced' | 'retired'

/** What an operator wants of a host. `draining`: its VMs are on their way elsewhere. */
export type HostDuty = 'service' | 'draining' | 'maintenance'

/** The one word a person reads. A host that does not answer says so first, whatever is wanted of it. */
export type HostStatus = HostState | Exclude<HostDuty, 'service'>

export function hostStatus({ state, duty }: { state: HostState; duty: HostDuty }): HostStatus {
  return state === 'up' && duty !== 'service' ? duty : state
}
