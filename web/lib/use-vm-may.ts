import { vmActionPermission } from '../../server/model/permissions.ts'
import { vmCan } from '../../server/model/vm.ts'
import type { PowerState, VmAction, VmPhase } from '../../server/model/vm.ts'
import type { VmPhase as ApiPhase, VmPower } from '../gql/graphql.ts'
import { useMay } from './workspace.tsx'

interface Conditioned { phase: ApiPhase; observedPower: VmPower }

/** Whether one may do this to the VM now, by the same table that the API goes by, or the sentence that says why not. */
export function useVmMay(): (action: VmAction, vm: Conditioned) => true | string {
  const may = useMay()
  return (action, { phase, observedPower }) => {
    const permitted = may(vmActionPermission[action])
    return permitted === true ? vmCan(action, { phase: phase.toLowerCase() as VmPhase, observedPower: observedPower.toLowerCase() as PowerState }) : permitted
  }
}
