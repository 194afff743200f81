// Networks come to a guest and leave it while it runs, a password is set in it, a key made here signs in to it: through
// the API alone, looked at from the host and from inside the guest. Workers die at every boundary of it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { vmAttach, vmDetach } from '../../jobs/contract/vm-interface.ts'
import type { Cloud } from '../support/cloud.ts'
import { startCloud } from '../support/cloud.ts'
import { askOfVm, makeNetwork, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { deathsOf, reaperOf } from '../support/deaths.ts'
import type { Reaper } from '../support/deaths.ts'
import { guestImage, virsh } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import type { GuestShell } from '../support/guest-shell.ts'
import { useLab } from '../support/lab.ts'
import { labInventory } from '../support/lab-hypervisor.ts'
import { openSagaGate } from '../support/saga-gate.ts'
import type { SagaGate } from '../support/saga-gate.ts'
import { until } from '../support/until.ts'

const password = randomBytes(9).toString('base64url')

interface Card { id: string; mac: string; phase: string; configuredInGuest: boolean; network: { id: string; vlan: number }; addresses: { ip: string }[] }
interface Answer { vm?: { id: string }; task?: { id: string }; interfaceId?: string; sshPrivateKey?: string; code?: string; message?: string }

suite('editing a VM that runs', { timeout: 1_500_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let gate: SagaGate
  let reaper: Reaper
  let clean: string[]
  let [red, blue] = ['', '']
  let [web, anchor] = ['', '']
  let shell: GuestShell
  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage(), workers: 2 })
    gate = await openSagaGate(cloud.db, cloud.databaseUrl)
    reaper = reaperOf(cloud, gate)
    clean = await inventory();
    [red, blue] = [await makeNetwork(cloud, 'red', '10.60.0.0/24'), await makeNetwork(cloud, 'blue', '10.61.0.0/24')];
    [web, anchor] = [await createVm('web', red), await createVm('anchor', blue)]
    for (const id of [web, anchor]) await vmIs(cloud, id, 'UP')
    shell = await openGuestShell(cloud, web, password)
  }, { timeout: 600_000 })
  after(async () => { await reaper.settled(); await gate.close(); await cloud.close() }, { timeout: 60_000 })

  const payloads: Record<string, string> = { attachInterface: 'interfaceId', createVm: 'vm { id } sshPrivateKey' }
  async function mutate(verb: string, input: object): Promise<Answer> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    const answer = await cloud.ask<Record<string, Answer>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { task { id } ${payloads[verb] ?? ''} } ... on UserError { code message } } }`, { input })
    return answer[verb]!
  }
  async function done(answer: Promise<Answer>): Promise<Answer> {
    const { task, message } = await answer
    if (!task) throw new Error(message)
    await taskEnds(cloud, task.id)
    return answer
  }
  async function createVm(name: string, networkId: string, more: object = {}): Promise<string> {
    return (await mutate('createVm', { workspaceId: cloud.workspaceId, name, templateId: cloud.templates.linked, password, interfaces: [{ networkId }], ...more })).vm!.id
  }
  const cardsOf = async (id: string) => (await cloud.ask<{ node: { interfaces: Card[] } }>('query($id: ID!) { node(id: $id) { ... on VM { interfaces { id mac phase configuredInGuest network { id vlan } addresses { ip } } } } }', { id })).node.interfaces
  const cardOn = async (id: string, network: string) => (await cardsOf(id)).find((card) => card.network.id === network)
  const attach = (networkId = blue) => mutate('attachInterface', { vmId: web, networkId })
  const detach = async (networkId = blue) => mutate('detachInterface', { interfaceId: (await cardOn(web, networkId))!.id })
  // What the host reports may come a moment after its task's end.
  const stop = async () => { await done(mutate('stopVm', { vmId: web })); await vmIs(cloud, web, 'DOWN') }
  const start = async () => { await done(mutate('startVm', { vmId: web })); await vmIs(cloud, web, 'UP') }
  const failure = async (answer: Promise<Answer>) => {
    const { task, message } = await answer
    if (!task) throw new Error(message)
    return until('the task to fail', async () => {
      const { node } = await cloud.ask<{ node: { state: string; error: { code: string; message: string } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { code message } } } }', { id: task.id })
      return node.state === 'FAILED' && node.error
    }, 120_000)
  }

  /** Less the logs: libvirt removes a QEMU log only with a guest that runs, and leaves the others to logrotate. */
  const inventory = async () => (await labInventory(given.lab, 1)).split('\n').filter((line) => !line.startsWith('/var/log/libvirt/qemu/'))
  const domainOf = async (name: string) => (await cloud.db.em.fork().execute<{ uuid: string }[]>('select domain_uuid as uuid from vm where name = ?', [name]))[0]!.uuid
  const macsOn = async (uuid: string, ...how: string[]) => Array.from((await virsh(given.lab, 1, ['dumpxml', uuid, ...how])).matchAll(/<mac address='([^']+)'/g), ([, mac]) => mac)
  const linkOf = async (uuid: string, mac: string) => (await virsh(given.lab, 1, ['domif-getlink', uuid, mac])).split(' ').at(-1)
  /** The VLAN of the card's port as the switch's database has it; undefined when there is no such port. */
  async function tagOf(mac: string): Promise<number | undefined> {
    const { stdout: port } = await given.lab.exec(1, ['ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:attached-mac="${mac}"`])
    if (port.trim() === '') return undefined
    return Number((await given.lab.exec(1, ['ovs-vsctl', 'get', 'Port', port.trim(), 'tag'])).stdout)
  }
  const links = async () => (await shell.run('ls /sys/class/net')).output

  const agreed = async (cards: number) => {
    const uuid = await domainOf('web')
    const books = await cardsOf(web)
    assert.deepEqual(books.map(({ phase }) => phase), Array(cards).fill('READY'))
    for (const macs of [await macsOn(uuid), await macsOn(uuid, '--inactive')]) assert.deepEqual(new Set(macs), new Set(books.map(({ mac }) => mac)))
    for (const { mac, network } of books) {
      assert.equal(await tagOf(mac), network.vlan)
      assert.equal(await linkOf(uuid, mac), 'up')
    }
    const held = await cloud.db.em.fork().execute<{ ip: string }[]>("select host(ip) as ip from address join vm on vm.id = address.vm_id where vm.name = 'web' and released_at is null")
    assert.deepEqual(held.map(({ ip }) => ip).sort(), books.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)).sort())
  }

  test('the port carries its VLAN before the guest sees a cable, and then the guest reaches the network', async () => {
    const uuid = await domainOf('web')
    await gate.shut({ saga: vmAttach.name, step: 'link', state: 'doing' })
    const { task } = await attach()
    await gate.caught()
    const card = (await cardOn(web, blue))!
    assert.deepEqual([card.phase, card.configuredInGuest, card.addresses.length], ['ATTACHING', false, 1])
    assert.equal(await tagOf(card.mac), card.network.vlan)
    assert.equal(await linkOf(uuid, card.mac), 'down')
    // The guest has the card by now, and no cable in it.
    await until('the card in the guest', async () => (await links()).includes('eth1'), 60_000)
    assert.match((await shell.run('ip link set eth1 up; cat /sys/class/net/eth1/carrier')).output, /\n0\r?\n/)
    assert.equal((await mutate('deleteNetwork', { networkId: blue })).code, 'CONFLICT')
    await gate.letPass()
    await taskEnds(cloud, task!.id)
    assert.equal(await linkOf(uuid, card.mac), 'up')
    assert.deepEqual(await macsOn(uuid), await macsOn(uuid, '--inactive'))
    const [there] = (await cardsOf(anchor))[0]!.addresses
    await shell.run(`ip addr add ${card.addresses[0]!.ip}/24 dev eth1`)
    assert.equal((await shell.run(`ping -c 3 -W 5 ${there!.ip}`)).code, 0)
    assert.equal((await cardOn(web, blue))!.phase, 'READY')
  })

  test('the next start has it from the seed: a guest that reads it sets the card up by itself', async () => {
    shell.close()
    await stop()
    await start()
    shell = await openGuestShell(cloud, web, password)
    const [there] = (await cardsOf(anchor))[0]!.addresses
    assert.equal((await shell.run(`ping -c 3 -W 5 ${there!.ip}`)).code, 0)
  })

  test('a detached card is gone from the guest, the host and the switch', async () => {
    const { mac } = (await cardOn(web, blue))!
    await done(detach())
    assert.equal(await cardOn(web, blue), undefined)
    assert.doesNotMatch(await links(), /eth1/)
    const uuid = await domainOf('web')
    for (const macs of [await macsOn(uuid), await macsOn(uuid, '--inactive')]) assert.ok(!macs.includes(mac))
    assert.equal(await tagOf(mac), undefined)
  })

  test('a password is set in the guest, and its seed says the same', async () => {
    const changed = randomBytes(9).toString('base64url')
    // The guest's agent starts a little after its login prompt.
    await until('the agent', async () => (await given.lab.exec(1, ['virsh', 'qemu-agent-command', await domainOf('web'), '{"execute":"guest-ping"}'])).code === 0, 60_000)
    await done(mutate('setVmPassword', { vmId: web, password: changed }))
    const [row] = await cloud.db.em.fork().execute<{ hash: string }[]>("select password_hash as hash from vm where name = 'web'")
    assert.match((await shell.run('grep ^root: /etc/shadow')).output, new RegExp(row!.hash.replace(/[$.]/g, '\\$&')))
    await shell.run('exit', 1_000).catch(() => undefined)
    shell.close()
    shell = await openGuestShell(cloud, web, changed)
    await done(mutate('setVmPassword', { vmId: web, password }))
  })

  test('a key pair made here signs in', async () => {
    const made = await mutate('createVm', { workspaceId: cloud.workspaceId, name: 'keyed', templateId: cloud.templates.linked, interfaces: [{ networkId: blue }], generateSshKey: true })
    const id = made.vm!.id
    await vmIs(cloud, id, 'UP')
    const [card] = await cardsOf(id)
    // Host 1 as a machine in that network.
    await given.lab.exec(1, ['ovs-vsctl', 'add-port', 'private-br', 'probe', `tag=${card!.network.vlan}`, '--', 'set', 'interface', 'probe', 'type=internal'])
    await until('the probe port', async () => (await given.lab.exec(1, ['ip', 'link', 'show', 'probe'])).code === 0)
    await given.lab.exec(1, ['ip', 'addr', 'add', '10.61.0.200/24', 'dev', 'probe'])
    await given.lab.exec(1, ['ip', 'link', 'set', 'probe', 'up'])
    await given.lab.exec(1, ['sh', '-c', 'umask 077; cat > /root/made-key'], { input: made.sshPrivateKey! })
    const options = ['BatchMode=yes', 'ConnectTimeout=30', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => ['-o', option])
    const { stdout } = await until('the guest to let the key in', async () => {
      const outcome = await given.lab.exec(1, ['ssh', '-i', '/root/made-key', ...options, `root@${card!.addresses[0]!.ip}`, 'hostname'], { timeoutMs: 60_000 })
      return outcome.code === 0 && outcome
    }, 120_000)
    assert.equal(stdout, 'keyed\n')
    await given.lab.exec(1, ['rm', '/root/made-key'])
    await given.lab.exec(1, ['ovs-vsctl', 'del-port', 'probe'])
    await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', id))
  })

  test('a new name is carried to the host to the letter', async () => {
    const name = `<y a='b'>&"; drop table vm; --$(reboot)\u{1F98A}`
    await done(mutate('updateVm', { vmId: anchor, name, description: ']]> </description>' }))
    const uuid = await domainOf(name)
    assert.equal(await virsh(given.lab, 1, ['desc', '--title', uuid]), name)
    assert.equal(await virsh(given.lab, 1, ['desc', uuid]), ']]> </description>')
  })

  test('a guest that does not let go keeps its card, and the books say so; a forced stop frees it', { timeout: 300_000 }, async () => {
    await done(attach())
    await until('the card in the guest', async () => (await links()).includes('eth1'), 60_000)
    // Its kernel is dead from now on, and nobody in it hears of anything.
    await shell.run('echo c > /proc/sysrq-trigger', 3_000).catch(() => undefined)
    assert.deepEqual(await failure(detach()), { code: 'WRONG_STATE', message: 'The guest does not let go of the network card.' })
    await agreed(2)
    assert.equal((await failure(mutate('setVmPassword', { vmId: web, password: 'x' }))).code, 'WRONG_STATE')
    await stop()
    await done(detach())
    assert.equal((await macsOn(await domainOf('web'), '--inactive')).length, 1)
    await start()
  })

  test('a VM that is stopped takes a card too, and has it proven at its start', async () => {
    shell.close()
    await stop()
    await done(attach())
    const card = (await cardOn(web, blue))!
    assert.deepEqual((await macsOn(await domainOf('web'), '--inactive')).length, 2)
    assert.equal(await tagOf(card.mac), undefined)
    await start()
    assert.equal(await tagOf(card.mac), card.network.vlan)
    await stop()
    await done(detach())
    assert.equal((await macsOn(await domainOf('web'), '--inactive')).length, 1)
    await start()
    shell = await openGuestShell(cloud, web, password)
  })

  for (const death of deathsOf(vmAttach)) {
    test(`a worker killed in an attach: ${death.name}`, { timeout: 180_000 }, async () => {
      await reaper.settled()
      const { task } = await reaper.die(death, () => attach())
      await taskEnds(cloud, task!.id)
      await agreed(2)
      await done(detach())
      await agreed(1)
    })
  }
  for (const death of deathsOf(vmDetach)) {
    test(`a worker killed in a detach: ${death.name}`, { timeout: 180_000 }, async () => {
      await reaper.settled()
      await done(attach())
      const { task } = await reaper.die(death, () => detach())
      await taskEnds(cloud, task!.id)
      await agreed(1)
    })
  }

  test('after delete the host is as it was before', async () => {
    shell.close()
    for (const id of [web, anchor]) await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', id))
    for (const networkId of [red, blue]) await done(mutate('deleteNetwork', { networkId }))
    assert.deepEqual(await inventory(), clean)
    const [left] = await cloud.db.em.fork().execute<Record<string, number>[]>(`select (select count(*)::integer from vm_interface) as interfaces, (select count(*)::integer from address where released_at is null) as addresses,
      (select count(*)::integer from object_lock) as locks, (select count(*)::integer from network) as networks`)
    assert.deepEqual(left, { interfaces: 0, addresses: 0, locks: 0, networks: 0 })
  })
})
