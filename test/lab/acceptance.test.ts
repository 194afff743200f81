// What the whole must do, on two real hosts: through the API alone, looked at from the hosts themselves.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { Cloud } from '../support/cloud.ts'
import { startCloud } from '../support/cloud.ts'
import { guestImage, virsh } from '../support/guest.ts'
import { openConsole, openGuestShell } from '../support/guest-shell.ts'
import type { GuestShell } from '../support/guest-shell.ts'
import { labInventory } from '../support/lab-hypervisor.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

const password = randomBytes(9).toString('base64url')

interface Vm {
  id: string; number: number; name: string; status: string; phase: string; observedPower: string; desiredPower: string; failure: string | null
  host: { name: string }; interfaces: { mac: string; addresses: { ip: string }[]; network: { vlan: number } }[]; lastTask: { id: string; state: string; method: string; error: { message: string } | null } | null
}
const vmFields = 'id number name status phase observedPower desiredPower failure host { name } interfaces { mac addresses { ip } network { vlan } } lastTask { id state method error { message } }'

suite('a cloud on two hosts', { timeout: 1_500_000 }, () => {
  const given = useLab({ hosts: 2 })
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ lab: given.lab, image: await guestImage() }) }, { timeout: 600_000 })
  after(async () => { await cloud.close() }, { timeout: 60_000 })

  const readVm = async (id: string): Promise<Vm | null> => (await cloud.ask<{ node: Vm | null }>(`query($id: ID!) { node(id: $id) { ... on VM { ${vmFields} } } }`, { id })).node
  const vmIs = (id: string, status: string) => until(`the VM to be ${status}`, async () => {
    const vm = await readVm(id)
    if (vm?.phase === 'FAILED' && status !== 'FAILED') throw new Error(`the VM failed: ${vm.failure}`)
    return vm?.status === status && vm.lastTask?.state === 'DONE' ? vm : undefined
  }, 120_000)

  async function createNetwork(name: string, cidr: string, workspaceId = cloud.workspaceId): Promise<string> {
    const made = await cloud.ask<{ createNetwork: { network: { id: string } } }>('mutation($input: CreateNetworkInput!) { createNetwork(input: $input) { ... on CreateNetworkPayload { network { id } } } }', { input: { workspaceId, areaId: cloud.areaId, name, subnets: [{ cidr }] } })
    const { id } = made.createNetwork.network
    await until('the network to be ready', async () => (await cloud.ask<{ node: { phase: string } }>('query($id: ID!) { node(id: $id) { ... on Network { phase } } }', { id })).node.phase === 'READY')
    return id
  }

  async function createVm(name: string, networkId: string | undefined, more: object = {}): Promise<string> {
    const { createVm: made } = await cloud.ask<{ createVm: { vm?: { id: string }; message?: string } }>('mutation($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { vm { id } } ... on UserError { message } } }', {
      input: { workspaceId: cloud.workspaceId, name, templateId: cloud.templates.linked, password, interfaces: networkId ? [{ networkId }] : [], ...more },
    })
    if (!made.vm) throw new Error(made.message)
    return made.vm.id
  }

  async function act(verb: string, vmId: string): Promise<void> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    const answer = await cloud.ask<Record<string, { task?: { id: string }; message?: string }>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { task { id } } ... on UserError { message } } }`, { input: { vmId } })
    const task = answer[verb]!.task
    if (!task) throw new Error(answer[verb]!.message)
    await taskEnds(task.id, 'DONE')
  }

  const taskEnds = (id: string, state: string) => until(`the task to be ${state}`, async () => {
    const { node } = await cloud.ask<{ node: { state: string; error: { message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { message } } } }', { id })
    if (['FAILED', 'STUCK', 'CANCELLED'].includes(node.state) && node.state !== state) throw new Error(`${node.state}: ${node.error?.message}`)
    return node.state === state
  }, 120_000)

  /** Less the logs: libvirt removes a QEMU log only with a guest that runs, and leaves the others to logrotate. */
  const inventories = async () => (await Promise.all([1, 2].map((index) => labInventory(given.lab, index)))).map((text) => text.split('\n').filter((line) => !line.startsWith('/var/log/libvirt/qemu/')))
  const hostOf = (vm: Vm) => given.lab.hosts.find(({ name }) => name === vm.host.name)!.index
  const domainOf = async (vm: Vm) => {
    const [row] = await cloud.db.em.fork().execute<{ domain_uuid: string }[]>('select domain_uuid from vm where number = ?', [vm.number])
    return row!.domain_uuid
  }

  let clean: string[][]
  let red: string
  let blue: string
  const ids = new Map<string, string>()
  const shells = new Map<string, GuestShell>()

  test('VMs come up on both hosts, and the hosts show exactly what the API says', async () => {
    clean = await inventories()
    red = await createNetwork('red', '10.60.0.0/24')
    blue = await createNetwork('blue', '10.61.0.0/24')
    for (const [name, network] of [['red-1', red], ['red-2', red], ['blue-1', blue]] as const) ids.set(name, await createVm(name, network))
    const vms = await Promise.all([...ids.values()].map((id) => vmIs(id, 'UP')))
    assert.deepEqual(new Set(vms.slice(0, 2).map(({ host }) => host.name)).size, 2, 'two VMs of one network spread over both hosts')
    for (const vm of vms) {
      const index = hostOf(vm)
      const uuid = await domainOf(vm)
      assert.equal(await virsh(given.lab, index, ['domstate', uuid]), 'running')
      assert.equal(await virsh(given.lab, index, ['desc', '--title', uuid]), vm.name)
      const xml = await virsh(given.lab, index, ['dumpxml', uuid])
      assert.match(xml, new RegExp(`<mac address='${vm.interfaces[0]!.mac}'/>`))
      assert.doesNotMatch(xml, /type='vnc'[^>]*port='\d/, 'nothing of VNC listens on TCP')
      const { stdout } = await given.lab.exec(index, ['ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:attached-mac="${vm.interfaces[0]!.mac}"`])
      const { stdout: tag } = await given.lab.exec(index, ['ovs-vsctl', 'get', 'Port', stdout.trim(), 'tag'])
      assert.equal(Number(tag.trim()), vm.interfaces[0]!.network.vlan)
    }
  })

  test('a guest answers on its address from the other host, and not to another network', async () => {
    for (const [name, id] of ids) shells.set(name, await openGuestShell(cloud, id, password))
    const address = (await readVm(ids.get('red-1')!))!.interfaces[0]!.addresses[0]!.ip
    assert.equal((await shells.get('red-1')!.run('test "$(hostname)" = red-1')).code, 0)
    assert.equal((await shells.get('red-2')!.run(`ping -c 3 -W 5 ${address}`)).code, 0)
    const stranger = shells.get('blue-1')!
    // Not for want of a route: the stranger puts itself into the very subnet, and still nothing answers.
    await stranger.run('ip addr add 10.60.0.200/24 dev eth0')
    assert.notEqual((await stranger.run(`ping -c 3 -W 2 ${address}`)).code, 0)
  })

  test('consoles open again after the server was killed and came back', async () => {
    await cloud.restartServer()
    const screen = await openConsole(cloud, ids.get('red-1')!, 'SCREEN')
    await until('the screen to greet', () => screen.seen().startsWith('RFB 003.008\n'))
    screen.close()
    const serial = await openConsole(cloud, ids.get('red-2')!, 'SERIAL')
    // The shell of before is still logged in on that line and answers.
    await until('the serial console to answer', () => { serial.send('echo still""here\r'); return serial.seen().includes('stillhere') }, 30_000)
    serial.close()
  })

  test('QEMU killed by hand shows as stopped by itself, and starts again', async () => {
    const vm = (await readVm(ids.get('red-1')!))!
    const killed = await given.lab.exec(hostOf(vm), ['pkill', '-KILL', '-f', `guest=.*${await domainOf(vm)}`])
    assert.equal(killed.code, 0)
    await until('the API to say that it stopped', async () => ['DOWN', 'CRASHED'].includes((await readVm(vm.id))!.status))
    await act('startVm', vm.id)
    await vmIs(vm.id, 'UP')
  })

  test('suspend, resume, reset, shutdown and stop do what they say', async () => {
    const id = ids.get('blue-1')!
    await act('suspendVm', id)
    await vmIs(id, 'SUSPENDED')
    await act('resumeVm', id)
    await vmIs(id, 'UP')
    await act('resetVm', id)
    await vmIs(id, 'UP')
    await act('stopVm', id)
    await vmIs(id, 'DOWN')
    await act('startVm', id)
    await vmIs(id, 'UP')
    const again = await openGuestShell(cloud, id, password)
    again.close()
    await act('shutdownVm', id)
    await vmIs(id, 'DOWN')
  })

  test('hostile text is kept to the letter, in the books and on the host', async () => {
    const name = `<x a="b">&'; drop table vm; --$(reboot)`
    const id = await createVm(name, undefined, { description: ']]> \u{1F98A} </description>' })
    const vm = await vmIs(id, 'UP')
    assert.equal(vm.name, name)
    assert.equal(await virsh(given.lab, hostOf(vm), ['desc', '--title', await domainOf(vm)]), name)
    ids.set('hostile', id)
  })

  test('a full copy stands alone', async () => {
    const id = await createVm('copy', red, { templateId: cloud.templates.full })
    const vm = await vmIs(id, 'UP')
    const [disk] = await cloud.db.em.fork().execute<{ volume: string }[]>('select volume from disk join vm on vm.id = disk.vm_id where vm.number = ?', [vm.number])
    assert.doesNotMatch((await given.lab.exec(hostOf(vm), ['qemu-img', 'info', '-U', `/srv/kloudak/pool/${disk!.volume}`])).stdout, /backing file/)
    ids.set('copy', id)
  })

  test('after delete the hosts are as they were before', async () => {
    for (const shell of shells.values()) shell.close()
    for (const id of ids.values()) await act('deleteVm', id)
    for (const networkId of [red, blue]) {
      const { deleteNetwork } = await cloud.ask<{ deleteNetwork: { task: { id: string } } }>('mutation($input: DeleteNetworkInput!) { deleteNetwork(input: $input) { ... on DeleteNetworkPayload { task { id } } } }', { input: { networkId } })
      await taskEnds(deleteNetwork.task.id, 'DONE')
    }
    assert.deepEqual(await inventories(), clean)
    const [left] = await cloud.db.em.fork().execute<Record<string, number>[]>(`select (select count(*)::integer from vm) as vms, (select count(*)::integer from disk) as disks, (select count(*)::integer from vm_interface) as interfaces,
      (select count(*)::integer from reservation) as reservations, (select count(*)::integer from network) as networks, (select count(*)::integer from object_lock) as locks`)
    assert.deepEqual(left, { vms: 0, disks: 0, interfaces: 0, reservations: 0, networks: 0, locks: 0 })
  })

  test('a workspace that is deleted takes all that is in it from the hosts, and nothing else', async () => {
    const kept = await createVm('kept', undefined)
    await vmIs(kept, 'UP')
    // Less what the disks hold: the guest that is kept goes on writing to its own. The files themselves are listed too.
    const standing = async () => (await inventories()).map((lines) => lines.filter((line) => !/^[0-9a-f]{64} .*-disk-\d+\.qcow2$/.test(line)))
    const before = await standing()
    const { createWorkspace } = await cloud.ask<{ createWorkspace: { workspace: { id: string } } }>('mutation { createWorkspace(input: { name: "doomed" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
    const workspaceId = createWorkspace.workspace.id
    const network = await createNetwork('lan', '10.62.0.0/24', workspaceId)
    for (const templateId of [cloud.templates.linked, cloud.templates.linked, cloud.templates.full]) {
      await vmIs(await createVm(`vm-${randomBytes(3).toString('hex')}`, network, { workspaceId, templateId }), 'UP')
    }
    assert.notDeepEqual(await standing(), before)
    const { deleteWorkspace } = await cloud.ask<{ deleteWorkspace: { task: { id: string } } }>('mutation($workspaceId: ID!) { deleteWorkspace(input: { workspaceId: $workspaceId }) { ... on DeleteWorkspacePayload { task { id } } } }', { workspaceId })
    await taskEnds(deleteWorkspace.task.id, 'DONE')
    assert.deepEqual(await standing(), before)
    await vmIs(kept, 'UP')
    await act('deleteVm', kept)
  })
})
