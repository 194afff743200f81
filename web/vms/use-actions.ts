import { vmActionPermission } from '../../server/model/permissions.ts'
import { vmCan } from '../../server/model/vm.ts'
import type { PowerState, VmAction, VmPhase } from '../../server/model/vm.ts'
import type { VmPhase as ApiPhase, VmPower } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useMay } from '../lib/workspace.tsx'
import { tellProblem } from '../ui/problem-note.tsx'
import { RebootVm, ResetVm, ResumeVm, ShutdownVm, StartVm, StopVm, SuspendVm } from './operations.ts'

export type PowerAction = Exclude<VmAction, 'update' | 'attachInterface' | 'detachInterface' | 'setPassword' | 'delete' | 'openConsole'>
interface Conditioned { phase: ApiPhase; observedPower: VmPower }

/** Whether one may do this to the VM now, by the same table that the API goes by, or the sentence that says why not. */
export function useVmMay(): (action: VmAction, vm: Conditioned) => true | string {
  const may = useMay()
  return (action, { phase, observedPower }) => {
    const permitted = may(vmActionPermission[action])
    return permitted === true ? vmCan(action, { phase: phase.toLowerCase() as VmPhase, observedPower: observedPower.toLowerCase() as PowerState }) : permitted
  }
}

export const powerLabels: Record<PowerAction, string> = { start: 'Start', shutdown: 'Shut down', stop: 'Force off', reboot: 'Reboot', reset: 'Reset', suspend: 'Suspend', resume: 'Resume' }

/** The power actions. What cannot be done is told; what can be shows in the VM's own state. */
export function usePower(): { power: (action: PowerAction, vmId: string) => void; acting: boolean } {
  const acts = { start: useAct(StartVm), shutdown: useAct(ShutdownVm), stop: useAct(StopVm), reboot: useAct(RebootVm), reset: useAct(ResetVm), suspend: useAct(SuspendVm), resume: useAct(ResumeVm) }
  return {
    acting: Object.values(acts).some(([, acting]) => acting),
    power: (action, vmId) => { void acts[action][0]({ vmId }).then(({ problem }) => { if (problem) tellProblem(problem) }) },
  }
}
