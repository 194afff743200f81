import { KloudakError } from '../../model/errors.ts'
import { guestAddresses } from '../../model/guest-address.ts'
import type { GuestNetworkDriver } from '../guest-network.ts'
import type { SimulatedHost } from './host.ts'
import type { Request } from './line.ts'

export function guestNetworkOf(host: SimulatedHost, request: Request): GuestNetworkDriver {
  return {
    seeGuest: (domainUuid) => request('seeGuest', () => {
      const vm = host.vms.get(domainUuid)
      if (!vm) throw new KloudakError('NOT_FOUND', `There is no VM ${domainUuid} on ${host.name}.`)
      if (vm.power !== 'running' && vm.power !== 'paused') throw new KloudakError('WRONG_STATE', 'The VM does not run.')
      const agentAnswered = vm.power === 'running' && (host.options.guestHasAgent?.(domainUuid) ?? true)
      return { agentAnswered, addresses: guestAddresses(host.guests.addressesOf(domainUuid).filter(({ source }) => source !== 'agent' || agentAnswered)) }
    }),
    watchAgents: (listener) => request('watchAgents', () => {
      const stop = host.guests.listen((event) => { if (host.reachable) listener(event) })
      return async () => { stop() }
    }),
  }
}
