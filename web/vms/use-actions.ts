import type { VmAction } from '../../server/model/vm.ts'
import { useAct } from '../lib/act.ts'
import { tellProblem } from '../ui/problem-note.tsx'
import { RebootVm, ResetVm, ResumeVm, ShutdownVm, StartVm, StopVm, SuspendVm } from './operations.ts'

export type PowerAction = Exclude<VmAction, 'update' | 'attachInterface' | 'detachInterface' | 'setPassword' | 'delete' | 'openConsole'>
export const powerLabels: Record<PowerAction, string> = { start: 'Start', shutdown: 'Shut down', stop: 'Force off', reboot: 'Reboot', reset: 'Reset', suspend: 'Suspend', resume: 'Resume' }

/** The power actions. What cannot be done is told; what can be shows in the VM's own state. */
export function usePower(): { power: (action: PowerAction, vmId: string) => void; acting: boolean } {
  const acts = { start: useAct(StartVm), shutdown: useAct(ShutdownVm), stop: useAct(StopVm), reboot: useAct(RebootVm), reset: useAct(ResetVm), suspend: useAct(SuspendVm), resume: useAct(ResumeVm) }
  return {
    acting: Object.values(acts).some(([, acting]) => acting),
    power: (action, vmId) => { void acts[action][0]({ vmId }).then(({ problem }) => { if (problem) tellProblem(problem) }) },
  }
}
