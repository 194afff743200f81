import { vmUpdate } from '../contract/vm.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { findVm } from './vm-machine.ts'

const step = stepsOf<typeof vmUpdate, Deps>()

const retitle = step('retitle', {
  kind: 'idempotent',
  do: async (context) => {
    const found = await findVm(context)
    if (!found || !(await found.hypervisor.findVm(found.plan.domainUuid))) return
    await found.hypervisor.retitleVm(found.plan.domainUuid, found.plan.name, found.plan.description)
  },
})

export const vmUpdateSaga = defineSaga(vmUpdate, { steps: [retitle] })
