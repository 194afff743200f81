import type { CutOff } from '../cut-off.ts'
import { isActive } from './host.ts'
import type { SimulatedHost } from './host.ts'
import type { Request } from './line.ts'

export function cutOffOf(host: SimulatedHost, request: Request): CutOff {
  return { listCutOff: () => request('listCutOff', () => [...host.vms.values()].filter((vm) => !isActive(vm) && vm.ending === undefined).map(({ spec }) => spec.domainUuid).sort()) }
}
