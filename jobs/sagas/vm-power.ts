import type { PowerState } from '../../server/model/vm.ts'
import { HostAway } from '../../server/model/errors.ts'
import { plainError } from '../../server/model/host-error.ts'
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

/** Nobody wants a reset hours after asking for it: while the host is down the act fails, and what is desired stays. */
function nowOrNever(error: unknown): never {
  if (error instanceof HostAway) throw plainError('WRONG_STATE', 'The host of the VM is down.', { remedy: 'Ask again when the VM is back.', cause: error })
  throw error
}

const power = step('power', {
  kind: 'atMostOnce',
  do: async (context) => {
    const vm = await openVm(context).catch(nowOrNever)
    if (context.input.action === 'start') await powerOn(context, vm)
    else await act(vm, context.input.action)
  },
  readBack: async (context) => {
    const wanted = proof[context.input.action]
    if (!wanted) return 'cannot-tell'
    const found = await openVm(context).catch((error: unknown) => { if (error instanceof HostAway) return undefined; throw error })
    if (!found) return 'cannot-tell'
    const { plan, hypervisor } = found
    const now = await hypervisor.findVm(plan.domainUuid)
    return now?.power === wanted ? { happened: true, output: undefined } : { happened: false }
  },
})

export const vmPowerSaga = defineSaga(vmPower, { steps: [power] })
