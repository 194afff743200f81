import type { PowerState } from '../../server/model/vm.ts'
import { vmPower } from '../contract/vm.ts'
import type { VmPowerAction } from '../contract/vm.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { openVm, powerOn } from './vm-machine.ts'
import type { VmOnHost } from './vm-machine.ts'

const step = stepsOf<typeof vmPower, Deps>()

/** The state that proves an action; without one an unknown outcome cannot be read back, and is reported, not repeated. */
const proof: Partial<Record<VmPowerAction, PowerState>> = { start: 'running', stop: 'stopped', suspend: 'paused', resume: 'running' }

async function act({ plan, hypervisor }: VmOnHost, action: Exclude<VmPowerAction, 'start'>): Promise<void> {
  switch (action) {
    case 'shutdown': return await hypervisor.shutdownVm(plan.domainUuid)
    case 'stop': return await hypervisor.stopVm(plan.domainUuid)
    case 'reboot': return await hypervisor.rebootVm(plan.domainUuid)
    case 'reset': return await hypervisor.resetVm(plan.domainUuid)
    case 'suspend': return await hypervisor.suspendVm(plan.domainUuid)
    case 'resume': return await hypervisor.resumeVm(plan.domainUuid)
  }
}

const power = step('power', {
  kind: 'atMostOnce',
  do: async (context) => {
    const vm = await openVm(context)
    if (context.input.action === 'start') await powerOn(context, vm)
    else await act(vm, context.input.action)
  },
  readBack: async (context) => {
    const wanted = proof[context.input.action]
    if (!wanted) return 'cannot-tell'
    const { plan, hypervisor } = await openVm(context)
    const now = await hypervisor.findVm(plan.domainUuid)
    return now?.power === wanted ? { happened: true, output: undefined } : { happened: false }
  },
})

export const vmPowerSaga = defineSaga(vmPower, { steps: [power] })
