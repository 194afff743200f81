import { isDeepStrictEqual } from 'node:util'
import { KloudakError } from '../../model/errors.ts'
import { hostError, plainError } from '../../model/host-error.ts'
import type { HypervisorDriver, ObservedVm } from '../driver.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import { isActive } from './host.ts'
import type { Request } from './line.ts'

type Machines = Pick<HypervisorDriver, 'defineVm' | 'findVm' | 'listVms' | 'startVm' | 'shutdownVm' | 'stopVm' | 'rebootVm' | 'resetVm' | 'suspendVm' | 'resumeVm' | 'removeVm' | 'stampVm' | 'retitleVm'>

export function machinesOf(host: SimulatedHost, request: Request): Machines {
  const need = (domainUuid: string): SimulatedVm => {
    const vm = host.vms.get(domainUuid)
    if (!vm) throw new KloudakError('NOT_FOUND', `There is no VM ${domainUuid} on ${host.name}.`)
    return vm
  }
  const needRunning = (domainUuid: string): SimulatedVm => {
    const vm = need(domainUuid)
    if (vm.power !== 'running') throw plainError('WRONG_STATE', `The VM is ${vm.power}.`)
    return vm
  }

  return {
    defineVm: (spec) => request('defineVm', () => {
      const known = host.vms.get(spec.domainUuid)
      if (known && isDeepStrictEqual(known.spec, spec)) return
      const copy = structuredClone(spec)
      if (known) known.spec = copy
      else host.vms.set(spec.domainUuid, { spec: copy, power: 'stopped', startedPaused: false, guestShutDown: false, ending: undefined, boots: 0, flattening: new Map(), cards: new Map(), disconnected: new Set(), passwords: new Map(), serial: undefined, screens: new Set() })
    }),

    findVm: (domainUuid) => request('findVm', () => {
      const vm = host.vms.get(domainUuid)
      return vm && observed(vm)
    }),

    listVms: () => request('listVms', () => [...host.vms.values()].map((vm) => ({ ...observed(vm), name: `kloudak-${vm.spec.domainUuid}` })).sort((a, b) => (a.domainUuid < b.domainUuid ? -1 : 1))),

    startVm: (domainUuid, { paused }) => request('startVm', () => {
      const vm = need(domainUuid)
      if (!isActive(vm)) return boot(host, vm, paused)
      if (paused || vm.power === 'running') return
      if (!vm.startedPaused) throw plainError('WRONG_STATE', 'The VM is suspended: resume it instead.')
      letGo(host, vm)
    }),

    async shutdownVm(domainUuid) {
      await request('shutdownVm', () => {
        const vm = needRunning(domainUuid)
        if (host.options.guestObeys?.(domainUuid) ?? true) queueMicrotask(() => { host.halt(vm, 'stopped', 'guest-shutdown') })
      })
    },

    stopVm: (domainUuid) => request('stopVm', () => {
      const vm = host.vms.get(domainUuid)
      if (vm) host.halt(vm, 'stopped', 'stopped')
    }),

    rebootVm: (domainUuid) => request('rebootVm', () => { needRunning(domainUuid).boots++ }),

    resetVm: (domainUuid) => request('resetVm', () => {
      const vm = need(domainUuid)
      if (!isActive(vm)) throw plainError('WRONG_STATE', `The VM is ${vm.power}.`)
      vm.boots++
    }),

    suspendVm: (domainUuid) => request('suspendVm', () => {
      const vm = need(domainUuid)
      if (vm.power === 'paused') return
      needRunning(domainUuid)
      vm.power = 'paused'
      host.emit({ kind: 'power', domainUuid, power: 'paused', reason: 'suspended' })
    }),

    resumeVm: (domainUuid) => request('resumeVm', () => {
      const vm = need(domainUuid)
      if (vm.power === 'running') return
      if (!isActive(vm)) throw plainError('WRONG_STATE', `The VM is ${vm.power}.`)
      if (vm.migration?.standing === 'between') { host.takeDisks(vm); vm.migration = undefined }
      letGo(host, vm)
    }),

    async removeVm(domainUuid) {
      await request('stopVm', () => {
        const vm = host.vms.get(domainUuid)
        if (vm) host.halt(vm, 'stopped', 'stopped')
      })
      await request('undefineVm', () => { if (host.vms.delete(domainUuid)) host.emit({ kind: 'removed', domainUuid }) })
    },

    stampVm: (domainUuid, owner) => request('stampVm', () => { need(domainUuid).spec.owner = { ...owner } }),

    retitleVm: (domainUuid, title, description) => request('retitleVm', () => { Object.assign(need(domainUuid).spec, { title, description }) }),
  }
}

function boot(host: SimulatedHost, vm: SimulatedVm, paused: boolean): void {
  const { spec } = vm
  if (host.usedMemoryBytes() + spec.memoryBytes > host.facts().memoryBytes) throw hostError('NO_CAPACITY', host.name, (host) => `${host} has not enough free memory.`)
  const disks = spec.disks.map((disk) => host.storage.locate(disk))
  const seed = spec.seed && host.storage.locate(spec.seed)
  for (const { path, volume } of seed ? [...disks, seed] : disks) if (!volume) throw plainError('INTERNAL', 'The host could not start the VM.', { cause: new Error(`${path}: no such file`) })
  host.takeDisks(vm)
  for (const port of spec.interfaces) {
    vm.cards.set(port.mac, { port, isConnected: !vm.disconnected.has(port.mac) })
    host.options.plugs?.plug({ ...port, domainUuid: spec.domainUuid })
  }
  vm.power = paused ? 'paused' : 'running'
  vm.startedPaused = paused
  vm.guestShutDown = false
  vm.boots++
  host.emit({ kind: 'power', domainUuid: spec.domainUuid, power: vm.power, reason: paused ? 'suspended' : 'started' })
}

function letGo(host: SimulatedHost, vm: SimulatedVm): void {
  vm.power = 'running'
  vm.startedPaused = false
  host.emit({ kind: 'power', domainUuid: vm.spec.domainUuid, power: 'running', reason: 'resumed' })
}

function observed(vm: SimulatedVm): ObservedVm {
  return { domainUuid: vm.spec.domainUuid, power: vm.power, owner: { ...vm.spec.owner }, startedPaused: vm.startedPaused, guestShutDown: vm.guestShutDown }
}
