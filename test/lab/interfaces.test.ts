// Networks come to a guest and leave it while it runs, a password is set in it, a key made here signs in to it: through
// the API alone, looked at from the host and from inside the guest.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { vmAttach } from '../../jobs/contract/vm-interface.ts'
import type { Cloud } from '../support/cloud.ts'
import { assertCards, cardOn, cardsOf, domainOf, done, failure, hostInventory, linkOf, macsOn, mutate, tagOf } from '../support/cloud-cards.ts'
import { startCloud } from '../support/cloud.ts'
import { askOfVm, makeNetwork, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { guestImage, virsh } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import type { GuestShell } from '../support/guest-shell.ts'
import { useLab } from '../support/lab.ts'
import { openSagaGate } from '../support/saga-gate.ts'
import type { SagaGate } from '../support/saga-gate.ts'
import { until } from '../support/until.ts'

const password = randomBytes(9).toString('base64url')

suite('editing a VM that runs', { timeout: 1_500_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  let gate: SagaGate
  let clean: string[]
  let [red, blue] = ['', '']
  let [web, anchor] = ['', '']
  let shell: GuestShell
  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage() })
    gate = await openSagaGate(cloud.db, cloud.databaseUrl)
    clean = await hostInventory(given.lab);
    [red, blue] = [await makeNetwork(cloud, 'red', '10.60.0.0/24'), await makeNetwork(cloud, 'blue', '10.61.0.0/24')];
    [web, anchor] = [await createVm('web', red), await createVm('anchor', blue)]
    for (const id of [web, anchor]) await vmIs(cloud, id, 'UP')
    shell = await openGuestShell(cloud, web, password)
  }, { timeout: 600_000 })
  after(async () => { await gate.close(); await cloud.close() }, { timeout: 60_000 })

  async function createVm(name: string, networkId: string): Promise<string> {
    return (await mutate(cloud, 'createVm', { workspaceId: cloud.workspaceId, name, templateId: cloud.templates.linked, password, interfaces: [{ networkId }] })).vm!.id
  }
  const stop = async () => { await done(cloud, 'stopVm', { vmId: web }); await vmIs(cloud, web, 'DOWN') }
  const start = async () => { await done(cloud, 'startVm', { vmId: web }); await vmIs(cloud, web, 'UP') }
  const ourCard = async () => (await cardOn(cloud, web, blue))!
  const attach = () => done(cloud, 'attachInterface', { vmId: web, networkId: blue })
  const detach = async () => done(cloud, 'detachInterface', { interfaceId: (await ourCard()).id })
  const agreed = (count: number) => assertCards(cloud, given.lab, { id: web, name: 'web' }, count)
  const links = async () => (await shell.run('ls /sys/class/net')).output

  test('the port carries its VLAN before the guest sees a cable, and then the guest reaches the network', async () => {
    const uuid = await domainOf(cloud, 'web')
    await gate.shut({ saga: vmAttach.name, step: 'link', state: 'doing' })
    const { task } = await mutate(cloud, 'attachInterface', { vmId: web, networkId: blue })
    await gate.caught()
    const card = await ourCard()
    assert.deepEqual([card.phase, card.configuredInGuest, card.addresses.length], ['ATTACHING', false, 1])
    assert.equal(await tagOf(given.lab, card.mac), card.network.vlan)
    assert.equal(await linkOf(given.lab, uuid, card.mac), 'down')
    // The guest has the card by now, and no cable in it.
    await until('the card in the guest', async () => (await links()).includes('eth1'), 60_000)
    assert.match((await shell.run('ip link set eth1 up; cat /sys/class/net/eth1/carrier')).output, /\n0\r?\n/)
    assert.equal((await mutate(cloud, 'deleteNetwork', { networkId: blue })).code, 'CONFLICT')
    await gate.letPass()
    await taskEnds(cloud, task!.id)
    assert.equal(await linkOf(given.lab, uuid, card.mac), 'up')
    assert.deepEqual(await macsOn(given.lab, uuid), await macsOn(given.lab, uuid, '--inactive'))
    const [there] = (await cardsOf(cloud, anchor))[0]!.addresses
    await shell.run(`ip addr add ${card.addresses[0]!.ip}/24 dev eth1`)
    // The neighbour may still be booting.
    await until('the neighbour to answer', async () => (await shell.run(`ping -c 1 -W 5 ${there!.ip}`)).code === 0, 120_000)
    assert.equal((await ourCard()).phase, 'READY')
  })

  test('the next start has it from the seed: a guest that reads it sets the card up by itself', async () => {
    shell.close()
    await stop()
    await start()
    shell = await openGuestShell(cloud, web, password)
    const [there] = (await cardsOf(cloud, anchor))[0]!.addresses
    assert.equal((await shell.run(`ping -c 3 -W 5 ${there!.ip}`)).code, 0)
  })

  test('a detached card is gone from the guest, the host and the switch', async () => {
    const { mac } = await ourCard()
    await detach()
    assert.equal(await cardOn(cloud, web, blue), undefined)
    assert.doesNotMatch(await links(), /eth1/)
    const uuid = await domainOf(cloud, 'web')
    for (const macs of [await macsOn(given.lab, uuid), await macsOn(given.lab, uuid, '--inactive')]) assert.ok(!macs.includes(mac))
    assert.equal(await tagOf(given.lab, mac), undefined)
  })

  test('a password is set in the guest, and its seed says the same', async () => {
    const changed = randomBytes(9).toString('base64url')
    // The guest's agent starts a little after its login prompt.
    await until('the agent', async () => (await given.lab.exec(1, ['virsh', 'qemu-agent-command', await domainOf(cloud, 'web'), '{"execute":"guest-ping"}'])).code === 0, 60_000)
    await done(cloud, 'setVmPassword', { vmId: web, password: changed })
    const [row] = await cloud.db.em.fork().execute<{ hash: string }[]>("select password_hash as hash from vm where name = 'web'")
    assert.match((await shell.run('grep ^root: /etc/shadow')).output, new RegExp(row!.hash.replace(/[$.]/g, '\\$&')))
    // As its own login would check it.
    assert.equal((await shell.run(`test "$(mkpasswd -m sha512 -S ${row!.hash.split('$')[2]} -- '${changed}')" = "$(grep ^root: /etc/shadow | cut -d: -f2)"`)).code, 0)
    await done(cloud, 'setVmPassword', { vmId: web, password })
  })

  test('a key pair made here signs in', async () => {
    const made = await mutate(cloud, 'createVm', { workspaceId: cloud.workspaceId, name: 'keyed', templateId: cloud.templates.linked, interfaces: [{ networkId: blue }], generateSshKey: true })
    const id = made.vm!.id
    await vmIs(cloud, id, 'UP')
    const [card] = await cardsOf(cloud, id)
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
    await done(cloud, 'updateVm', { vmId: anchor, name, description: ']]> </description>' })
    const uuid = await domainOf(cloud, name)
    assert.equal(await virsh(given.lab, 1, ['desc', '--title', uuid]), name)
    assert.equal(await virsh(given.lab, 1, ['desc', uuid]), ']]> </description>')
  })

  test('a guest that does not let go keeps its card, and the books say so; a forced stop frees it', { timeout: 300_000 }, async () => {
    await attach()
    await until('the card in the guest', async () => (await links()).includes('eth1'), 60_000)
    // Its kernel is dead from now on, and nobody in it hears of anything.
    await shell.run('echo c > /proc/sysrq-trigger', 3_000).catch(() => undefined)
    assert.deepEqual(await failure(cloud, 'detachInterface', { interfaceId: (await ourCard()).id }), { code: 'WRONG_STATE', message: 'The guest does not let go of the network card.' })
    await agreed(2)
    assert.equal((await failure(cloud, 'setVmPassword', { vmId: web, password: 'x' })).code, 'WRONG_STATE')
    await stop()
    await detach()
    assert.equal((await macsOn(given.lab, await domainOf(cloud, 'web'), '--inactive')).length, 1)
    await start()
  })

  test('a VM that is stopped takes a card too, and has it proven at its start', async () => {
    shell.close()
    await stop()
    await attach()
    const card = await ourCard()
    assert.deepEqual((await macsOn(given.lab, await domainOf(cloud, 'web'), '--inactive')).length, 2)
    assert.equal(await tagOf(given.lab, card.mac), undefined)
    await start()
    assert.equal(await tagOf(given.lab, card.mac), card.network.vlan)
    await stop()
    await detach()
    assert.equal((await macsOn(given.lab, await domainOf(cloud, 'web'), '--inactive')).length, 1)
    await start()
    shell = await openGuestShell(cloud, web, password)
  })

  test('after delete the host is as it was before', async () => {
    shell.close()
    for (const id of [web, anchor]) await taskEnds(cloud, await askOfVm(cloud, 'deleteVm', id))
    for (const networkId of [red, blue]) await done(cloud, 'deleteNetwork', { networkId })
    assert.deepEqual(await hostInventory(given.lab), clean)
    const [left] = await cloud.db.em.fork().execute<Record<string, number>[]>(`select (select count(*)::integer from vm_interface) as interfaces, (select count(*)::integer from address where released_at is null) as addresses,
      (select count(*)::integer from object_lock) as locks, (select count(*)::integer from network) as networks`)
    assert.deepEqual(left, { interfaces: 0, addresses: 0, locks: 0, networks: 0 })
  })
})
