import { addFenceDevice, removeFenceDevice, testFenceDevice } from '../server/app/fence-device.ts'
import { confirmHostDown } from '../server/app/host-down.ts'
import { devicesOfHosts } from '../server/db/queries/failover-read.ts'
import { builder } from './builder.ts'
import { FenceDeviceKindType, FenceDeviceType } from './failover.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'

const FenceOptions = builder.inputType('FenceOptions', {
  description: 'What a fence device needs beside its address and sign-in.',
  fields: (t) => ({
    cipher: t.int({ description: 'IPMI: the cipher suite, 17 unless told.' }),
    insecure: t.boolean({ description: 'Redfish: believe any certificate. Only on a network of one\'s own.' }),
    plug: t.string({ description: 'Redfish: the system, where the board has several; libvirt: the domain that is the host.' }),
  }),
})

mutation('addFenceDevice', {
  description: 'Gives a host one more device that can switch it off; those that it has are tried first. Try it with testFenceDevice. For superusers.',
  input: (t) => ({
    hostId: t.id({ required: true, description: 'The host.' }),
    kind: t.field({ type: FenceDeviceKindType, required: true, description: 'How the device is asked.' }),
    address: t.string({ description: 'Where it is reached: never the address of the host itself. CEPH alone: the IP address from which the host uses the cluster.' }),
    port: t.int({ description: 'Its port, where that is not the usual one.' }),
    username: t.string({ description: 'Who signs in there.' }),
    password: t.string({ description: 'Their password: kept sealed, and never shown again.' }),
    options: t.field({ type: FenceOptions, description: 'What that kind of device needs beside.' }),
  }),
  payload: (t) => ({
    host: t.field({ type: HostType, nullable: true, description: 'The host.' }),
    device: t.field({ type: FenceDeviceType, nullable: true, description: 'The device; null for a dry run.' }),
  }),
  resolve: async (input, context) => {
    const hostId = decodeId('Host', input.hostId, 'hostId')
    const { objectId } = await addFenceDevice(context, { ...input, hostId })
    return { host: hostId, device: (await devicesOfHosts(context.em, [hostId])).find(({ id }) => id === objectId) ?? null }
  },
})

mutation('removeFenceDevice', {
  description: 'Takes a fence device away. For superusers.',
  input: (t) => ({ deviceId: t.id({ required: true, description: 'The device.' }) }),
  payload: (t) => ({ deviceId: t.id({ nullable: true, description: 'The id of the device.' }) }),
  resolve: async (input, context) => {
    await removeFenceDevice(context, { ...input, deviceId: decodeId('FenceDevice', input.deviceId, 'deviceId') })
    return { deviceId: input.deviceId }
  },
})

mutation('testFenceDevice', {
  description: 'Asks a fence device whether its host is on. Nothing is switched. What it says stands beside the device once the task is done. For superusers.',
  input: (t) => ({ deviceId: t.id({ required: true, description: 'The device.' }) }),
  payload: (t) => ({ task: t.field({ type: TaskType, nullable: true, description: 'The task that asks; null for a dry run.' }) }),
  resolve: async (input, context) => ({ task: (await testFenceDevice(context, { ...input, deviceId: decodeId('FenceDevice', input.deviceId, 'deviceId') })).taskId }),
})

mutation('confirmHostDown', {
  description: 'You say that a host which does not answer is off: its VMs then start on other hosts. If it is not off, two hosts write to the same disks and destroy them, so look at the machine itself. A dry run tells what would start. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload: (t) => ({
    host: t.field({ type: HostType, nullable: true, description: 'The host.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that has its VMs started elsewhere; null for a dry run.' }),
  }),
  resolve: async (input, context) => {
    const { objectId, taskId } = await confirmHostDown(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })
    return { host: objectId, task: taskId }
  },
})
