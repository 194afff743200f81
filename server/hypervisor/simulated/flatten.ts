import { KloudakError } from '../../model/errors.ts'
import type { HypervisorDriver } from '../driver.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import { isActive } from './host.ts'
import type { Request } from './line.ts'
import type { SimulatedVolume } from './storage.ts'

type Flatten = Pick<HypervisorDriver, 'startFlatten' | 'flattenProgress' | 'cancelFlatten'>

/** A copy moves on by `flattenStepBytes` (half the disk when not given) each time its progress is looked at: no clock, so every run is alike. */
export function flattenOf(host: SimulatedHost, request: Request): Flatten {
  const find = (domainUuid: string, index: number): { vm: SimulatedVm; volume: SimulatedVolume } => {
    const vm = host.vms.get(domainUuid)
    const disk = vm?.spec.disks[index]
    const volume = disk && host.storage.locate(disk).volume
    if (!vm || !volume) throw new KloudakError('NOT_FOUND', `There is no disk ${index} of the VM ${domainUuid} on ${host.name}.`)
    return { vm, volume }
  }

  return {
    startFlatten: (domainUuid, index) => request('startFlatten', () => {
      const { vm, volume } = find(domainUuid, index)
      if (volume.backingPath === undefined || vm.flattening.has(index)) return
      if (!isActive(vm)) throw new KloudakError('WRONG_STATE', `The VM is ${vm.power}: a disk is copied while it runs or is paused.`)
      vm.flattening.set(index, 0)
    }),

    flattenProgress: (domainUuid, index) => request('flattenProgress', () => {
      const { vm, volume } = find(domainUuid, index)
      const totalBytes = volume.capacityBytes
      if (volume.backingPath === undefined) return { done: true, copiedBytes: totalBytes, totalBytes }
      const before = vm.flattening.get(index)
      if (before === undefined) throw new KloudakError('WRONG_STATE', 'No copy of this disk runs.')
      const copiedBytes = Math.min(totalBytes, before + (host.options.flattenStepBytes ?? Math.ceil(totalBytes / 2)))
      if (copiedBytes < totalBytes) { vm.flattening.set(index, copiedBytes); return { done: false, copiedBytes, totalBytes } }
      vm.flattening.delete(index)
      volume.backingPath = undefined
      volume.allocationBytes = totalBytes
      return { done: true, copiedBytes, totalBytes }
    }),

    cancelFlatten: (domainUuid, index) => request('cancelFlatten', () => { host.vms.get(domainUuid)?.flattening.delete(index) }),
  }
}
