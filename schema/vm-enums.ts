import type { DesiredPower, InterfacePhase, PowerState, VmPhase, VmStatus } from '../server/model/vm.ts'
import { builder } from './builder.ts'

export const VmStatusType = builder.enumType('VMStatus', {
  description: 'The state of a VM in one word, from what is asked for and what its host reports.',
  values: {
    CREATING_DISK: { value: 'creating disk' satisfies VmStatus, description: 'Its disk is being made.' },
    CONFIGURING_NETWORK: { value: 'configuring network' satisfies VmStatus, description: 'Its ports and addresses are being set up.' },
    STARTING: { value: 'starting' satisfies VmStatus, description: 'It is being started for the first time.' },
    UP: { value: 'up' satisfies VmStatus, description: 'It runs.' },
    SUSPENDED: { value: 'suspended' satisfies VmStatus, description: 'It is paused and keeps its memory.' },
    DOWN: { value: 'down' satisfies VmStatus, description: 'It is off.' },
    CRASHED: { value: 'crashed' satisfies VmStatus, description: 'Its guest has crashed.' },
    UNKNOWN: { value: 'unknown' satisfies VmStatus, description: 'Its host has not been heard.' },
    DELETING: { value: 'deleting' satisfies VmStatus, description: 'It is being deleted.' },
    FAILED: { value: 'failed' satisfies VmStatus, description: 'It could not be created; `failure` says why.' },
  },
})

export const VmPhaseType = builder.enumType('VMPhase', {
  description: 'Where a VM stands in its life.',
  values: {
    DISK: { value: 'disk' satisfies VmPhase, description: 'First step of its creation: the disk.' },
    NETWORK: { value: 'network' satisfies VmPhase, description: 'Second step of its creation: ports and addresses.' },
    STARTING: { value: 'starting' satisfies VmPhase, description: 'Last step of its creation: the first start.' },
    READY: { value: 'ready' satisfies VmPhase, description: 'It exists; `observedPower` says whether it runs.' },
    DELETING: { value: 'deleting' satisfies VmPhase, description: 'It is being deleted.' },
    FAILED: { value: 'failed' satisfies VmPhase, description: 'It could not be created.' },
  },
})

export const VmPowerType = builder.enumType('VMPower', {
  description: 'What a host reports of a VM.',
  values: {
    RUNNING: { value: 'running' satisfies PowerState, description: 'It runs.' },
    PAUSED: { value: 'paused' satisfies PowerState, description: 'It is paused and keeps its memory.' },
    STOPPED: { value: 'stopped' satisfies PowerState, description: 'It is off.' },
    CRASHED: { value: 'crashed' satisfies PowerState, description: 'Its guest has crashed.' },
    UNKNOWN: { value: 'unknown' satisfies PowerState, description: 'The host has not been heard, or not yet.' },
  },
})

export const VmDesiredPowerType = builder.enumType('VMDesiredPower', {
  description: 'What was asked of a VM.',
  values: {
    RUNNING: { value: 'running' satisfies DesiredPower, description: 'That it runs.' },
    PAUSED: { value: 'paused' satisfies DesiredPower, description: 'That it is paused.' },
    STOPPED: { value: 'stopped' satisfies DesiredPower, description: 'That it is off.' },
  },
})

export const VmInterfacePhaseType = builder.enumType('VMInterfacePhase', {
  description: 'Where a network interface of a VM stands.',
  values: {
    ATTACHING: { value: 'attaching' satisfies InterfacePhase, description: 'It is being added to the machine.' },
    READY: { value: 'ready' satisfies InterfacePhase, description: 'The machine has it.' },
    DETACHING: { value: 'detaching' satisfies InterfacePhase, description: 'It is being taken from the machine.' },
  },
})
