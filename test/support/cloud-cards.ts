// The network cards of a running cloud's VMs: asked for through the API, looked at on the lab's first host.
import assert from 'node:assert/strict'
import type { Lab } from '../../lab/lab.ts'
import type { Cloud } from './cloud.ts'
import { taskEnds } from './cloud-vms.ts'
import { virsh } from './guest.ts'
import { labInventory } from './lab-hypervisor.ts'
import { until } from './until.ts'

export interface Card { id: string; mac: string; phase: string; configuredInGuest: boolean; network: { id: string; vlan: number }; addresses: { ip: string }[] }
export interface Answer { vm?: { id: string }; task?: { id: string }; interfaceId?: string; sshPrivateKey?: string; code?: string; message?: string }

const payloads: Record<string, string> = { attachInterface: 'interfaceId', createVm: 'vm { id } sshPrivateKey' }

/** Asks for work on VMs and networks; whatever comes is the answer. */
export async function mutate(cloud: Cloud, verb: string, input: object): Promise<Answer> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const answer = await cloud.ask<Record<string, Answer>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { task { id } ${payloads[verb] ?? ''} } ... on UserError { code message } } }`, { input })
  return answer[verb]!
}

/** The same, with its task done. */
export async function done(cloud: Cloud, verb: string, input: object): Promise<Answer> {
  const answer = await mutate(cloud, verb, input)
  if (!answer.task) throw new Error(answer.message)
  await taskEnds(cloud, answer.task.id)
  return answer
}

/** The error with which the work's task fails. */
export async function failure(cloud: Cloud, verb: string, input: object): Promise<{ code: string; message: string }> {
  const { task, message } = await mutate(cloud, verb, input)
  if (!task) throw new Error(message)
  return until('the task to fail', async () => {
    const { node } = await cloud.ask<{ node: { state: string; error: { code: string; message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { code message } } } }', { id: task.id })
    assert.notEqual(node.state, 'DONE')
    return node.state === 'FAILED' && node.error
  }, 240_000)
}

export async function cardsOf(cloud: Cloud, vmId: string): Promise<Card[]> {
  return (await cloud.ask<{ node: { interfaces: Card[] } }>('query($id: ID!) { node(id: $id) { ... on VM { interfaces { id mac phase configuredInGuest network { id vlan } addresses { ip } } } } }', { id: vmId })).node.interfaces
}

export const cardOn = async (cloud: Cloud, vmId: string, networkId: string): Promise<Card | undefined> => (await cardsOf(cloud, vmId)).find(({ network }) => network.id === networkId)

export async function domainOf(cloud: Cloud, name: string): Promise<string> {
  return (await cloud.db.em.fork().execute<{ uuid: string }[]>('select domain_uuid as uuid from vm where name = ?', [name]))[0]!.uuid
}

/** MACs of the running machine, or with `--inactive` of its definition. */
export async function macsOn(lab: Lab, domainUuid: string, ...how: string[]): Promise<string[]> {
  return Array.from((await virsh(lab, 1, ['dumpxml', domainUuid, ...how])).matchAll(/<mac address='([^']+)'/g), ([, mac]) => mac!)
}

/** `up` or `down`: whether the guest sees a cable. */
export const linkOf = async (lab: Lab, domainUuid: string, mac: string): Promise<string | undefined> => (await virsh(lab, 1, ['domif-getlink', domainUuid, mac])).split(' ').at(-1)

/** The VLAN of the card's port as the switch's database has it; undefined when there is no such port. */
export async function tagOf(lab: Lab, mac: string): Promise<number | undefined> {
  const { stdout: port } = await lab.exec(1, ['ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:attached-mac="${mac}"`])
  if (port.trim() === '') return undefined
  return Number((await lab.exec(1, ['ovs-vsctl', 'get', 'Port', port.trim(), 'tag'])).stdout)
}

/** The VM runs with exactly the cards of the books, each with its cable and its VLAN, and holds their addresses and no others. */
export async function assertCards(cloud: Cloud, lab: Lab, { id, name }: { id: string; name: string }, count: number): Promise<void> {
  const uuid = await domainOf(cloud, name)
  const books = await cardsOf(cloud, id)
  assert.deepEqual(books.map(({ phase }) => phase), Array(count).fill('READY'))
  for (const macs of [await macsOn(lab, uuid), await macsOn(lab, uuid, '--inactive')]) assert.deepEqual(new Set(macs), new Set(books.map(({ mac }) => mac)))
  for (const { mac, network } of books) {
    assert.equal(await tagOf(lab, mac), network.vlan)
    assert.equal(await linkOf(lab, uuid, mac), 'up')
  }
  const held = await cloud.db.em.fork().execute<{ ip: string }[]>('select host(ip) as ip from address join vm on vm.id = address.vm_id where vm.name = ? and released_at is null', [name])
  assert.deepEqual(new Set(held.map(({ ip }) => ip)), new Set(books.flatMap(({ addresses }) => addresses.map(({ ip }) => ip))))
}

/** Less the logs: libvirt removes a QEMU log only with a guest that runs, and leaves the others to logrotate. */
export async function hostInventory(lab: Lab): Promise<string[]> {
  return (await labInventory(lab, 1)).split('\n').filter((line) => !line.startsWith('/var/log/libvirt/qemu/'))
}
