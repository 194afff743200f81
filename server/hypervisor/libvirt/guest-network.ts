import { guestAddresses } from '../../model/guest-address.ts'
import { addressSource, agentState } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { LibvirtPool } from '../../wire/libvirt/pool.ts'
import type { GuestNetworkDriver, SeenGuestAddress } from '../guest-network.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { refusedWith } from './errors.ts'

/** Shorter than for an act that somebody asked for: who does not answer now is asked again. */
const agentTimeoutSeconds = 2

const noAnswer = [errorCode.AGENT_UNRESPONSIVE, errorCode.AGENT_UNSYNCED, errorCode.OPERATION_UNSUPPORTED, errorCode.ARGUMENT_UNSUPPORTED, errorCode.NO_SUPPORT, errorCode.INTERNAL_ERROR]

export function guestNetworkOf(pool: LibvirtPool, calls: Calls): GuestNetworkDriver {
  return {
    async seeGuest(domainUuid) {
      const domain = domainRef(domainUuid)
      const ask = async (source: SeenGuestAddress['source'], number: number): Promise<SeenGuestAddress[] | undefined> => {
        try {
          const { interfaces } = await calls.job('DomainInterfaceAddresses', { domain, source: number })
          return interfaces.flatMap(({ hwaddr, addresses }) => (hwaddr === null ? [] : addresses.map(({ address }) => ({ mac: hwaddr, ip: address, source }))))
        } catch (error) {
          // Of a guest that is suspended libvirt says that it does not run; of one that does not, the other sources say so too.
          if (refusedWith(error, ...noAnswer) || (source === 'agent' && refusedWith(error, errorCode.OPERATION_INVALID))) return undefined
          throw error
        }
      }
      await calls.job('DomainAgentSetResponseTimeout', { domain, timeoutSeconds: agentTimeoutSeconds })
      const agent = await ask('agent', addressSource.AGENT)
      const others = [...await ask('lease', addressSource.LEASE) ?? [], ...await ask('arp', addressSource.ARP) ?? []]
      return { agentAnswered: agent !== undefined, addresses: guestAddresses([...agent ?? [], ...others]) }
    },

    async watchAgents(listener) {
      const { timeoutMs } = calls.control
      const connection = await pool.events()
      const subscription = await connection.on('agentLifecycle', ({ domain, state }) => { listener({ domainUuid: domain.uuid, connected: state === agentState.CONNECTED }) }, { timeoutMs, beforeSend: () => { calls.control.beforeCall() } })
      return () => subscription.unsubscribe({ timeoutMs }).catch(() => { /* the connection is gone, and the registration with it */ })
    },
  }
}
