// VMs and networks of a running cloud, asked for as any client asks: through the API alone.
import type { Cloud } from './cloud.ts'
import { until } from './until.ts'

export interface CloudVm { id: string; number: number; status: string; phase: string; failure: string | null; lastTask: { state: string; error: { message: string } | null } | null }
export interface Asked { id: string; taskId: string }

const patienceMs = 120_000

interface Answer { vm?: { id: string }; network?: { id: string }; task?: { id: string }; message?: string }

async function ask(cloud: Cloud, verb: string, input: object, fields: string): Promise<Answer> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const answer = await cloud.ask<Record<string, Answer>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { ${fields} task { id } } ... on UserError { message } } }`, { input })
  if (!answer[verb]!.task) throw new Error(`${verb}: ${answer[verb]!.message}`)
  return answer[verb]!
}

/** Resolves at once, with the VM's row made and its task queued. */
export async function askVm(cloud: Cloud, name: string, { networkId, template = 'linked', password, userData }: { networkId?: string; template?: 'linked' | 'full'; password?: string; userData?: string } = {}): Promise<Asked> {
  const { vm, task } = await ask(cloud, 'createVm', { workspaceId: cloud.workspaceId, name, templateId: cloud.templates[template], interfaces: networkId ? [{ networkId }] : [], ...(password && { password }), ...(userData && { userData }) }, 'vm { id }')
  return { id: vm!.id, taskId: task!.id }
}

/** Any verb that takes a VM alone: `startVm`, `deleteVm` ... Returns the task. */
export async function askOfVm(cloud: Cloud, verb: string, vmId: string): Promise<string> {
  return (await ask(cloud, verb, { vmId }, '')).task!.id
}

export async function readVm(cloud: Cloud, id: string): Promise<CloudVm | null> {
  return (await cloud.ask<{ node: CloudVm | null }>('query($id: ID!) { node(id: $id) { ... on VM { id number status phase failure lastTask { state error { message } } } } }', { id })).node
}

/** Waits for that status with the VM's last task done. A creation that fails, fails here. */
export function vmIs(cloud: Cloud, id: string, status: string): Promise<CloudVm> {
  return until(`the VM to be ${status}`, async () => {
    const vm = await readVm(cloud, id)
    if (vm?.phase === 'FAILED' && status !== 'FAILED') throw new Error(`the VM failed: ${vm.failure}`)
    return vm?.status === status && vm.lastTask?.state === 'DONE' ? vm : undefined
  }, patienceMs)
}

export async function taskEnds(cloud: Cloud, id: string, state = 'DONE'): Promise<void> {
  await until(`the task to be ${state}`, async () => {
    const { node } = await cloud.ask<{ node: { state: string; error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { message } } } }', { id })
    if (['DONE', 'FAILED', 'STUCK', 'CANCELLED'].includes(node.state) && node.state !== state) throw new Error(`${node.state}: ${node.error?.message}`)
    return node.state === state
  }, patienceMs)
}

export async function makeNetwork(cloud: Cloud, name: string, cidr: string): Promise<string> {
  const { network, task } = await ask(cloud, 'createNetwork', { workspaceId: cloud.workspaceId, areaId: cloud.areaId, name, subnets: [{ cidr }] }, 'network { id }')
  await taskEnds(cloud, task!.id)
  return network!.id
}
