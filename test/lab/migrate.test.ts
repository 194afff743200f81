// Guests move between two real hosts while they run and are pinged: through the API alone, looked at from the hosts.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { Cloud } from '../support/cloud.ts'
import { cardsOf, domainOf, done, failure, mutate } from '../support/cloud-cards.ts'
import { startCloud } from '../support/cloud.ts'
import { makeNetwork, readVm, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { reaperOf } from '../support/deaths.ts'
import { guestImage, virsh } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import { useLab } from '../support/lab.ts'
import { openPingProbe } from '../support/ping-probe.ts'
import type { PingProbe } from '../support/ping-probe.ts'
import { openSagaGate } from '../support/saga-gate.ts'
import type { SagaGate } from '../support/saga-gate.ts'
import { until } from '../support/until.ts'

const password = randomBytes(9).toString('base64url')
const names = ['one', 'two', 'three'] as const
/** What the guest may miss of pings every 50 ms. */
const mostLost = 10

interface Place { host: { id: string; name: string }; lastMigration: { durationMs: number; downtimeMs: number; bytes: number; live: boolean; to: { name: string } } | null }

suite('guests that move', { timeout: 1_200_000 }, () => {
  const given = useLab({ hosts: 2 })
  let cloud: Cloud
  let gate: SagaGate
  let probe: PingProbe
  const ids = new Map<string, string>()
  const ips = new Map<string, string>()

  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage(), workers: 2 })
    gate = await openSagaGate(cloud.db, cloud.databaseUrl)
    const networkId = await makeNetwork(cloud, 'red', '10.60.0.0/24')
    for (const name of names) ids.set(name, (await mutate(cloud, 'createVm', { workspaceId: cloud.workspaceId, name, templateId: cloud.templates.linked, password, interfaces: [{ networkId }] })).vm!.id)
    for (const name of names) {
      await vmIs(cloud, idOf(name), 'UP')
      ips.set(name, (await cardsOf(cloud, idOf(name)))[0]!.addresses[0]!.ip)
    }
    const [card] = await cardsOf(cloud, idOf('one'))
    probe = await openPingProbe(given.lab, 1, { vlan: card!.network.vlan, cidr: '10.60.0.200/24' })
    for (const name of names) await probe.answered(ips.get(name)!)
  }, { timeout: 600_000 })
  after(async () => { await gate.close(); await cloud.close() }, { timeout: 60_000 })

  const idOf = (name: string) => ids.get(name)!
  const placeOf = async (name: string) => (await cloud.ask<{ node: Place }>('query($id: ID!) { node(id: $id) { ... on VM { host { id name } lastMigration { durationMs downtimeMs bytes live to { name } } } } }', { id: idOf(name) })).node
  const indexOf = async (name: string) => { const { host } = await placeOf(name); return given.lab.hosts.find((one) => one.name === host.name)!.index }
  const stateOn = async (index: number, uuid: string) => virsh(given.lab, index, ['domstate', uuid]).catch(() => 'absent')

  /** One machine, where the books say, its port in the network's VLAN; and nothing of it on the other host. */
  async function standsAlone(name: string): Promise<void> {
    const uuid = await domainOf(cloud, name)
    const here = await indexOf(name)
    const [card] = await cardsOf(cloud, idOf(name))
    const ports = async (index: number) => (await given.lab.exec(index, ['ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:attached-mac="${card!.mac}"`])).stdout.trim()
    assert.deepEqual([await stateOn(here, uuid), await stateOn(3 - here, uuid)], ['running', 'absent'])
    assert.equal(await ports(3 - here), '')
    assert.equal(Number((await given.lab.exec(here, ['ovs-vsctl', 'get', 'Port', await ports(here), 'tag'])).stdout), card!.network.vlan)
    for (const index of [1, 2]) assert.equal((await given.lab.exec(index, ['pgrep', '-c', '-f', `guest=.*${uuid}`])).stdout.trim(), index === here ? '1' : '0')
    const reserved = await cloud.db.em.fork().execute<{ name: string }[]>("select host.name from reservation join host on host.id = reservation.host_id join vm on vm.id = reservation.vm_id where vm.name = ?", [name])
    assert.deepEqual(reserved.map((row) => row.name), [(await placeOf(name)).host.name])
  }

  test('a guest that is pinged moves and comes back: its memory is whole, its work goes on, its console opens again', { timeout: 300_000 }, async (t) => {
    const id = idOf('one')
    const shell = await openGuestShell(cloud, id, password)
    const secret = randomBytes(12).toString('hex')
    // In the memory of one process, and nowhere else.
    await shell.run(`kept=${secret}; (count=0; while :; do count=$((count+1)); echo $count > /tmp/count; sleep 0.1; done) & true`)
    const counted = async (from: typeof shell) => Number(/(\d+)/.exec((await from.run('echo; cat /tmp/count')).output.split('\n').slice(1).join('\n'))![1])
    const before = await counted(shell)
    shell.close()
    const from = await indexOf('one')
    const { sent, lost } = await probe.count(ips.get('one')!, () => done(cloud, 'migrateVm', { vmId: id }))
    const { lastMigration } = await placeOf('one')
    t.diagnostic(`${lost} of ${sent} pings lost; ${JSON.stringify(lastMigration)}`)
    assert.equal(await indexOf('one'), 3 - from)
    assert.ok(lost <= mostLost, `${lost} of ${sent} pings were lost`)
    assert.ok(lastMigration!.live && lastMigration!.durationMs > 0 && lastMigration!.downtimeMs > 0 && lastMigration!.bytes > 1024 ** 2)
    await standsAlone('one')
    await vmIs(cloud, id, 'UP')
    const back = await openGuestShell(cloud, id, password, { loggedIn: true })
    assert.match((await back.run('echo "[$kept]"')).output, new RegExp(`\\[${secret}\\]`))
    const now = await counted(back)
    assert.ok(now > before, `counted ${before}, then ${now}`)
    await until('the guest to count on', async () => (await counted(back)) > now)
    back.close()
    const home = await probe.count(ips.get('one')!, () => done(cloud, 'migrateVm', { vmId: id }))
    assert.ok(home.lost <= mostLost, `${home.lost} of ${home.sent} pings were lost on the way back`)
    await standsAlone('one')
  })

  /** Notes where the host takes VMs that move; without an address it is where it is managed. */
  async function takesAt(hostId: string, address?: string): Promise<void> {
    const { updateHost } = await cloud.ask<{ updateHost: { host?: object; message?: string } }>('mutation($input: UpdateHostInput!) { updateHost(input: $input) { ... on UpdateHostPayload { host { id } } ... on UserError { message } } }', { input: { hostId, addresses: address === undefined ? [] : [{ address, purpose: 'MIGRATION' }] } })
    assert.ok(updateHost.host, updateHost.message ?? '')
  }

  test('a host that has no way to the other is told before anything is prepared there, and one that is not let in says where', { timeout: 60_000 }, async () => {
    const from = await indexOf('one')
    const [source, destination] = [from, 3 - from].map((index) => given.lab.hosts.find((host) => host.index === index)!.name)
    const { hosts } = await cloud.ask<{ hosts: { edges: { node: { id: string; name: string } }[] } }>('{ hosts(first: 10) { edges { node { id name } } } }')
    const { id: hostId } = hosts.edges.map(({ node }) => node).find(({ name }) => name === destination)!
    const moving = () => failure(cloud, 'migrateVm', { vmId: idOf('one') })
    // No route leads there.
    await takesAt(hostId, '198.51.100.7')
    assert.deepEqual(await moving(), { code: 'WRONG_STATE', message: `Host ${source} has no way to 198.51.100.7, where host ${destination} takes VMs that move.` })
    // There the source is itself, where nobody waits for it.
    await takesAt(hostId, '127.0.0.1')
    const { code, message } = await moving()
    assert.equal(code, 'WRONG_STATE')
    assert.match(message, new RegExp(`^${source} did not reach tcp://127\\.0\\.0\\.1:49\\d+, `))
    await takesAt(hostId)
    assert.equal(await indexOf('one'), from)
    await standsAlone('one')
  })

  /** Starts a migration that takes long, and returns once memory is being sent. */
  async function slowly(name: string): Promise<{ task: string; from: number; uuid: string; quickly: () => Promise<string> }> {
    const uuid = await domainOf(cloud, name)
    const from = await indexOf(name)
    await virsh(given.lab, from, ['migrate-setspeed', uuid, '1'])
    const { task } = await mutate(cloud, 'migrateVm', { vmId: idOf(name) })
    await until('memory to be on its way', async () => /Unbounded/.test(await virsh(given.lab, from, ['domjobinfo', uuid])), 60_000)
    return { task: task!.id, from, uuid, quickly: () => virsh(given.lab, from, ['migrate-setspeed', uuid, '1000']) }
  }

  test('one that is cancelled on its way stays where it is, and nothing is left at the other host', { timeout: 180_000 }, async () => {
    const { task, from, quickly } = await slowly('two')
    await mutate(cloud, 'cancelTask', { taskId: task })
    await taskEnds(cloud, task, 'CANCELLED')
    assert.equal(await indexOf('two'), from)
    await quickly()
    await standsAlone('two')
    await probe.answered(ips.get('two')!)
    await until('the API to say that it runs', async () => (await readVm(cloud, idOf('two')))!.status === 'UP')
  })

  test('a worker killed while memory is sent leaves one machine, and another worker brings the move to its end', { timeout: 240_000 }, async () => {
    const { task, from, quickly } = await slowly('two')
    const [holder] = await cloud.db.em.fork().execute<{ worker_id: string }[]>("select worker_id from saga where name = 'vm-migrate' and worker_id is not null")
    await reaperOf(cloud, gate).kill(holder!.worker_id)
    await quickly()
    await taskEnds(cloud, task)
    assert.equal(await indexOf('two'), 3 - from)
    await standsAlone('two')
    await probe.answered(ips.get('two')!)
  })

  interface HostNow { state: string; drain: { total: number; moved: number; left: number } | null }
  const hostNow = async (id: string) => (await cloud.ask<{ node: HostNow }>('query($id: ID!) { node(id: $id) { ... on Host { state drain { total moved left } } } }', { id })).node
  const onDuty = async (verb: string, hostId: string) => {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    const answer = await cloud.ask<Record<string, { host?: object; message?: string }>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { host { id } } ... on UserError { message } } }`, { input: { hostId } })
    if (!answer[verb]!.host) throw new Error(answer[verb]!.message)
  }

  test('a host with three guests that are pinged is drained; nothing of them is left there, and none was ever shown as down', { timeout: 300_000 }, async (t) => {
    const first = given.lab.hosts[0]!.index
    for (const name of names) if (await indexOf(name) !== first) await done(cloud, 'migrateVm', { vmId: idOf(name) })
    const { host } = await placeOf('one')
    const states: string[] = []
    const watching = cloud.socket().iterate<{ vmChanged: { vm: { status: string } | null } }>({ query: 'subscription($workspaceId: ID!) { vmChanged(workspaceId: $workspaceId) { vm { status } } }', variables: { workspaceId: cloud.workspaceId } })
    const seen = (async () => { for await (const { data } of watching) states.push(data?.vmChanged.vm?.status ?? 'gone') })()
    const drained = async () => {
      await onDuty('drainHost', host.id)
      await until('the host to be in maintenance', async () => (await hostNow(host.id)).state === 'MAINTENANCE', 120_000)
    }
    const draining = drained()
    const counts = await Promise.all(names.map((name) => probe.count(ips.get(name)!, () => draining)))
    await watching.return?.()
    await seen
    t.diagnostic(`lost: ${counts.map(({ lost, sent }) => `${lost} of ${sent}`).join(', ')}`)
    for (const { lost } of counts) assert.ok(lost <= mostLost, `${lost} pings were lost`)
    assert.deepEqual((await hostNow(host.id)).drain, { total: 3, moved: 3, left: 0 })
    assert.ok(states.length >= 3)
    assert.deepEqual(new Set(states), new Set(['UP']))
    for (const name of names) { assert.equal(await indexOf(name), 3 - first); await standsAlone(name) }
    assert.equal(await virsh(given.lab, first, ['list', '--all', '--name']), '')
    await onDuty('returnHostToService', host.id)
  })

  test('a drain that is cancelled in the middle leaves each guest whole on one host, and the host in service', { timeout: 240_000 }, async () => {
    const from = await indexOf('one')
    const { host } = await placeOf('one')
    const uuids = await Promise.all(names.map((name) => domainOf(cloud, name)))
    // The last one takes long, so that the middle can be met.
    await virsh(given.lab, from, ['migrate-setspeed', uuids.at(-1)!, '1'])
    await onDuty('drainHost', host.id)
    await until('the others to have moved', async () => (await hostNow(host.id)).drain?.moved === 2, 120_000)
    await until('the last one on its way', async () => virsh(given.lab, from, ['domjobinfo', uuids.at(-1)!]).then((text) => text.includes('Unbounded'), () => false), 60_000)
    await onDuty('cancelDrain', host.id)
    await until('the host to be in service', async () => (await hostNow(host.id)).state === 'UP', 60_000)
    assert.deepEqual(await Promise.all(names.map(indexOf)), [3 - from, 3 - from, from])
    await virsh(given.lab, from, ['migrate-setspeed', uuids.at(-1)!, '1000'])
    for (const name of names) { await standsAlone(name); await probe.answered(ips.get(name)!) }
  })
})
