import { GiB, MiB } from './units.ts'

/** Where a VM stands in its life. `disk`, `network` and `starting` are the steps of its creation, in order. */
export const vmPhases = ['disk', 'network', 'starting', 'ready', 'deleting', 'failed'] as const
export type VmPhase = (typeof vmPhases)[number]

/** What the host reports. `unknown`: the host has not been heard, or not yet. */
export const powerStates = ['running', 'paused', 'stopped', 'crashed', 'unknown'] as const
export type PowerState = (typeof powerStates)[number]

export type DesiredPower = 'running' | 'paused' | 'stopped'

/** The one word a person reads, from what is desired and what is observed. */
export type VmStatus = 'creating disk' | 'configuring network' | 'starting' | 'up' | 'suspended' | 'down' | 'crashed' | 'unknown' | 'deleting' | 'failed'

export interface VmCondition { phase: VmPhase; observedPower: PowerState }

export function vmStatus({ phase, observedPower }: VmCondition): VmStatus {
  switch (phase) {
    case 'disk': return 'creating disk'
    case 'network': return 'configuring network'
    case 'starting': return 'starting'
    case 'deleting': return 'deleting'
    case 'failed': return 'failed'
    case 'ready': return { running: 'up', paused: 'suspended', stopped: 'down', crashed: 'crashed', unknown: 'unknown' }[observedPower] as VmStatus
  }
}

/** Where a VM's network interface stands: what is not `ready` is being changed on the host. */
export const interfacePhases = ['attaching', 'ready', 'detaching'] as const
export type InterfacePhase = (typeof interfacePhases)[number]

/** True, or the sentence that says why not. */
export type Allowed = true | string

export const vmActions = ['start', 'shutdown', 'stop', 'reboot', 'reset', 'suspend', 'resume', 'update', 'attachInterface', 'detachInterface', 'setPassword', 'delete', 'openConsole'] as const
export type VmAction = (typeof vmActions)[number]

const powerNeeded: Partial<Record<VmAction, { from: PowerState[]; because: Partial<Record<PowerState, string>> }>> = {
  start: { from: ['stopped', 'crashed'], because: { running: 'The VM is already running.', paused: 'The VM is suspended: resume it instead.' } },
  shutdown: { from: ['running'], because: { stopped: 'The VM is already stopped.', crashed: 'The VM has crashed: start it, or stop it.', paused: 'A suspended VM cannot hear a shutdown request: resume it first, or stop it.' } },
  stop: { from: ['running', 'paused', 'crashed'], because: { stopped: 'The VM is already stopped.' } },
  reboot: { from: ['running'], because: { stopped: 'The VM is stopped: start it instead.', paused: 'The VM is suspended: resume it first.', crashed: 'The VM has crashed: reset it.' } },
  reset: { from: ['running', 'paused', 'crashed'], because: { stopped: 'The VM is stopped: start it instead.' } },
  suspend: { from: ['running'], because: { paused: 'The VM is already suspended.', stopped: 'The VM is stopped.', crashed: 'The VM has crashed.' } },
  resume: { from: ['paused'], because: { running: 'The VM is running.', stopped: 'The VM is stopped: start it instead.', crashed: 'The VM has crashed.' } },
  attachInterface: { from: ['running', 'stopped'], because: { paused: 'The VM is suspended: resume it first, or stop it.', crashed: 'The VM has crashed: start it first.' } },
  // A guest lets go of a card itself, which a suspended one cannot: what it were given could not be taken back.
  detachInterface: { from: ['running', 'stopped'], because: { paused: 'The VM is suspended: resume it first, or stop it.', crashed: 'The VM has crashed: start it first.' } },
  setPassword: { from: ['running'], because: { stopped: 'The VM is stopped: start it first, for its guest sets the password.', paused: 'The VM is suspended: resume it first.', crashed: 'The VM has crashed: reset it.' } },
  openConsole: { from: ['running', 'paused', 'crashed'], because: { stopped: 'The VM is stopped: start it to open its console.' } },
}

const phaseReason: Record<Exclude<VmPhase, 'ready'>, string> = {
  disk: 'The VM is still being created.',
  network: 'The VM is still being created.',
  starting: 'The VM is still being created.',
  deleting: 'The VM is being deleted.',
  failed: 'The creation of this VM failed: delete it and create it again.',
}

/** The one table of what may be done to a VM in which state, shared by the API and the dashboard. */
export function vmCan(action: VmAction, vm: VmCondition): Allowed {
  if (action === 'delete') return vm.phase === 'deleting' ? 'The VM is already being deleted.' : true
  if (vm.phase === 'starting' && action === 'openConsole') return true
  if (vm.phase !== 'ready') return phaseReason[vm.phase]
  const needed = powerNeeded[action]
  if (!needed || needed.from.includes(vm.observedPower)) return true
  return needed.because[vm.observedPower] ?? 'The host has not reported the state of this VM yet.'
}

export const vmLimits = {
  vcpus: { min: 1, max: 256 },
  memoryBytes: { min: 64 * MiB, max: 4096 * GiB },
  diskBytes: { min: 16 * MiB, max: 65536 * GiB },
  interfaces: { min: 0, max: 8 },
  sshKeys: { max: 32 },
} as const

/** The conditions that `vmStatus` calls by this word, for filters. */
export const conditionsOf = (status: VmStatus): VmCondition[] =>
  vmPhases.flatMap((phase) => powerStates.map((observedPower) => ({ phase, observedPower }))).filter((condition) => vmStatus(condition) === status)
