import { KloudakError } from '../../model/errors.ts'
import { plainError } from '../../model/host-error.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import { isActive } from './host.ts'
import type { Request } from './line.ts'

type Interfaces = Pick<HypervisorDriver, 'listInterfaces' | 'attachInterface' | 'connectInterface' | 'detachInterface' | 'setGuestPassword'>

export function interfacesOf(host: SimulatedHost, request: Request): Interfaces {
  const need = (domainUuid: string): SimulatedVm => {
    const vm = host.vms.get(domainUuid)
    if (!vm) throw new KloudakError('NOT_FOUND', `There is no VM ${domainUuid} on ${host.name}.`)
    return vm
  }

  return {
    listInterfaces: (domainUuid) => request('listInterfaces', () => {
      const vm = need(domainUuid)
      if (isActive(vm)) return [...vm.cards.values()].map(({ port: { portId, mac }, isConnected }) => ({ portId, mac, isConnected, isDefined: vm.spec.interfaces.some((port) => port.portId === portId) }))
      return vm.spec.interfaces.map(({ portId, mac }) => ({ portId, mac, isConnected: !vm.disconnected.has(mac), isDefined: true }))
    }),

    attachInterface: (domainUuid, card) => request('attachInterface', () => {
      const vm = need(domainUuid)
      if (!vm.spec.interfaces.some(({ portId }) => portId === card.portId)) {
        vm.spec.interfaces.push({ ...card })
        if (isActive(vm)) vm.disconnected.add(card.mac)
      }
      if (!isActive(vm) || vm.cards.has(card.mac)) return
      vm.cards.set(card.mac, { port: { ...card }, isConnected: false })
      host.options.plugs?.plug({ ...card, domainUuid })
    }),

    connectInterface: (domainUuid, mac) => request('connectInterface', () => {
      const vm = need(domainUuid)
      if (!vm.spec.interfaces.some((port) => port.mac === mac)) throw plainError('NOT_FOUND', 'The VM has no such network card.')
      vm.disconnected.delete(mac)
      const card = vm.cards.get(mac)
      if (card) card.isConnected = true
    }),

    // Two requests, as on a real host: the guest lets go, then the definition changes.
    async detachInterface(domainUuid, mac, { forget }) {
      await request('unplugInterface', () => {
        const vm = need(domainUuid)
        const card = vm.cards.get(mac)
        if (!card) return
        const refusal = vm.power === 'paused' ? 'A suspended guest cannot let go of a network card.' : (host.options.guestLetsGo?.(domainUuid) ?? true) ? undefined : 'The guest does not let go of the network card.'
        if (refusal !== undefined) {
          if (forget) return
          throw plainError('WRONG_STATE', refusal, { remedy: 'Stop the VM, and try again.' })
        }
        vm.cards.delete(mac)
        host.options.plugs?.unplug(card.port.portId)
      })
      await request('undefineInterface', () => {
        const vm = need(domainUuid)
        vm.spec.interfaces = vm.spec.interfaces.filter((port) => port.mac !== mac)
        vm.disconnected.delete(mac)
      })
    },

    setGuestPassword: (domainUuid, username, hash) => request('setGuestPassword', () => {
      const vm = need(domainUuid)
      if (vm.power !== 'running') throw plainError('WRONG_STATE', 'The VM does not run.', { remedy: 'Start it first.' })
      if (!(host.options.guestHasAgent?.(domainUuid) ?? true)) throw plainError('WRONG_STATE', 'No guest agent answers in the VM.', { remedy: 'Install and start qemu-guest-agent in the guest, and try again.' })
      vm.passwords.set(username, hash)
    }),
  }
}
