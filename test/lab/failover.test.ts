// Hosts that die, freeze, return and are cut off, on real hypervisors with real fence devices: never two writers.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { Cloud } from '../support/cloud.ts'
import { startCloud } from '../support/cloud.ts'
import { countingUserData, isCounting, readCount, watchWriters } from '../support/counting-guest.ts'
import type { WriterWatch } from '../support/counting-guest.ts'
import { makeNetwork, taskEnds } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

const guests = 10
const patienceMs = 240_000

interface Payload { task?: { id: string } | null; message: string; plan?: { steps: string[]; losses: string[] } | null; device?: { id: string } }
interface VmRow { id: string; uuid: string; volume: string; host: string; observed: string; phase: string }
interface Failover { endedAt: string | null; missing: string | null; recovered: number; waiting: number; proof: { method: string; detail: string } | null }

suite('failover on three hosts', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 3, ipmi: true })
  let cloud: Cloud
  let writers: WriterWatch
  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage(), env: { KLOUDAK_HOST_DOWN_AFTER: '5s' } })
    writers = watchWriters()
  }, { timeout: 600_000 })
  after(async () => { writers?.stop(); await cloud?.close() }, { timeout: 60_000 })

  const sql = <Row extends object>(query: string, values: unknown[] = []) => cloud.db.em.fork().execute<Row[]>(query, values)
  const vms = () => sql<VmRow>("select vm.id, vm.domain_uuid as uuid, disk.volume, host.name as host, vm.observed_power as observed, vm.phase from vm join host on host.id = vm.host_id join disk on disk.vm_id = vm.id order by vm.number")
  const stateOf = async (name: string) => (await sql<{ state: string; reason: string | null }>('select state, state_reason as reason from host where name = ?', [name]))[0]!
  const isState = (name: string, ...states: string[]) => until(`${name} to be ${states.join(' or ')}`, async () => states.includes((await stateOf(name)).state), patienceMs)
  const hostIds = async () => new Map((await cloud.ask<{ hosts: { edges: { node: { id: string; name: string } }[] } }>('{ hosts(first: 10) { edges { node { id name } } } }')).hosts.edges.map(({ node }) => [node.name, node.id]))
  const failoverOf = async (name: string) => (await cloud.ask<{ node: { failover: Failover | null } }>('query($id: ID!) { node(id: $id) { ... on Host { failover { endedAt missing recovered waiting proof { method detail } } } } }', { id: (await hostIds()).get(name) })).node.failover

  async function ask(verb: string, fields: string, input: object): Promise<Payload> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    return (await cloud.ask<Record<string, Payload>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { ${fields} } ... on UserError { message } } }`, { input }))[verb]!
  }

  async function addDevice(name: string): Promise<string> {
    const { ipmi } = given.lab.hosts.find((host) => host.name === name)!
    const { address, port, username, password, cipher } = ipmi!
    const added = await ask('addFenceDevice', 'device { id }', { hostId: (await hostIds()).get(name), kind: 'IPMI', address, port, username, password, options: { cipher } })
    assert.ok(added.device, added.message)
    const tested = await ask('testFenceDevice', 'task { id }', { deviceId: added.device.id })
    await taskEnds(cloud, tested.task!.id)
    return added.device.id
  }

  /** All run by the books, and where they run nobody else does; `booted`: their guests are up and count. */
  async function allRun(what: string, { nowhere = [], booted = true }: { nowhere?: readonly string[]; booted?: boolean } = {}): Promise<VmRow[]> {
    const rows = await until(what, async () => {
      const now = await vms()
      return now.every((vm) => vm.phase === 'ready' && vm.observed === 'running' && !nowhere.includes(vm.host)) && now
    }, patienceMs)
    for (const { uuid, host } of booted ? rows : []) {
      const { index } = given.lab.hosts.find(({ name }) => name === host)!
      await until(`the guest of ${uuid} on ${host} to count`, () => isCounting(given.lab, index, uuid), patienceMs)
    }
    assert.deepEqual(rows.filter(({ uuid }) => writers.doubles.has(uuid)), [], 'no VM ever had two machines')
    return rows
  }

  test('each host gets its IPMI device, which says that it is on', async () => {
    for (const { name } of given.lab.hosts) await addDevice(name)
    assert.deepEqual(await sql('select kind, test_result as said, password_sealed is not null as sealed from fence_device'), given.lab.hosts.map(() => ({ kind: 'ipmi', said: 'on', sealed: true })))
  })

  test('a host with ten guests is killed: it is proven to be off, and all run elsewhere', async (t) => {
    const networkId = await makeNetwork(cloud, 'private', '10.40.0.0/24')
    // Each on the first host: the others are put back into service afterwards.
    await sql("update host set duty = 'maintenance' where name <> 'hv1'")
    await sql('update area set vcpu_overcommit = 16')
    for (let n = 1; n <= guests; n++) {
      const made = await ask('createVm', 'task { id }', { workspaceId: cloud.workspaceId, name: `vm-${n}`, templateId: cloud.templates.linked, password: randomBytes(9).toString('base64url'), userData: countingUserData, interfaces: [{ networkId }] })
      assert.ok(made.task, made.message)
    }
    const before = await allRun('ten guests on the first host', { nowhere: ['hv2', 'hv3'] })
    assert.equal(before.length, guests)
    await sql("update host set duty = 'service'")
    const cards = () => sql('select vm_interface.mac::text, address.ip::text from vm_interface join address on address.interface_id = vm_interface.id where released_at is null order by 1')
    const cardsBefore = await cards()

    const at = performance.now()
    const since = () => Math.round((performance.now() - at) / 100) / 10
    await given.lab.kill(1)
    await isState('hv1', 'suspect', 'down', 'fenced')
    const suspectAfter = since()
    await isState('hv1', 'fenced')
    const fencedAfter = since()
    await until('all to run by the books', async () => (await vms()).every((vm) => vm.observed === 'running' && vm.host !== 'hv1'), patienceMs)
    t.diagnostic(`killed: suspect after ${suspectAfter} s, fenced after ${fencedAfter} s, all ${guests} running elsewhere after ${since()} s`)
    await allRun('all on the other two', { nowhere: ['hv1'] })
    assert.deepEqual(await cards(), cardsBefore, 'same cards, same addresses')
    const { proof, recovered, waiting, missing } = (await failoverOf('hv1'))!
    assert.deepEqual({ method: proof!.method, recovered, waiting, missing }, { method: 'DEVICE', recovered: guests, waiting: 0, missing: null })
    assert.match(proof!.detail, /IPMI/)
  })

  test('it comes back, and nothing of what lives elsewhere is left there', async () => {
    await given.lab.start(1)
    await isState('hv1', 'up')
    const { stdout } = await given.lab.exec(1, ['virsh', 'list', '--all', '--uuid'])
    assert.equal(stdout.trim(), '')
    assert.ok((await failoverOf('hv1'))!.endedAt)
  })

  test('a frozen host is switched off and wakes to nothing; another dies while its VMs are recovered, and it comes back meanwhile', async (t) => {
    const at = performance.now()
    const since = () => Math.round((performance.now() - at) / 100) / 10
    await given.lab.freeze(2)
    await isState('hv2', 'suspect', 'down', 'fenced')
    const suspectAfter = since()
    await isState('hv2', 'fenced')
    await given.lab.kill(3)
    await given.lab.thaw(2)
    assert.equal((await given.lab.status()).find(({ index }) => index === 2)!.running, false, 'there is nothing to wake')
    await given.lab.start(2)
    t.diagnostic(`frozen: suspect after ${suspectAfter} s; the other was killed after ${since()} s`)
    await isState('hv3', 'fenced')
    await allRun('all on what is left', { nowhere: ['hv3'], booted: false })
    await isState('hv2', 'up')
    t.diagnostic(`all ${guests} run ${since()} s after the first failed`)
    await given.lab.start(3)
    await isState('hv3', 'up')
  })

  test('a host that is only cut off, without a device, keeps its VMs to itself, and goes on when it is heard again', async (t) => {
    const name = (await vms()).find(({ host }) => host !== 'hv3')!.host
    const { index } = given.lab.hosts.find((host) => host.name === name)!
    for (const { id } of await sql<{ id: string }>('select fence_device.id from fence_device join host on host.id = host_id where host.name = ?', [name])) {
      await ask('removeFenceDevice', 'deviceId', { deviceId: Buffer.from(`FenceDevice:${id}`).toString('base64url') })
    }
    const boots = async () => (await given.lab.exec(index, ['pgrep', '-f', 'qemu-system'])).stdout
    const [placed, running] = [await vms(), await boots()]
    const at = performance.now()
    await given.lab.cut(index, 'mgmt')
    await isState(name, 'suspect', 'down')
    t.diagnostic(`cut off: suspect after ${Math.round((performance.now() - at) / 100) / 10} s`)
    await until('what is missing', async () => /No fence device is configured/.test((await failoverOf(name))?.missing ?? ''), patienceMs)
    assert.equal((await failoverOf(name))!.proof, null)
    const lost = (await vms()).filter(({ host }) => host === name)
    assert.deepEqual(new Set(lost.map(({ observed }) => observed)), new Set(['unknown']))
    const { node } = await cloud.ask<{ node: { unknownReason: string } }>('query($id: ID!) { node(id: $id) { ... on VM { unknownReason } } }', { id: Buffer.from(`VM:${lost[0]!.id}`).toString('base64url') })
    assert.match(node.unknownReason, /does not answer.*No fence device is configured/)
    const { plan } = await ask('confirmHostDown', 'plan { steps losses }', { hostId: (await hostIds()).get(name), dryRun: true })
    assert.match(plan!.losses.join(), /two hosts at once/)
    await given.lab.heal(index, 'mgmt')
    await isState(name, 'up')
    await allRun('all where they were', { booted: false })
    assert.deepEqual((await vms()).map(({ host }) => host), placed.map(({ host }) => host))
    assert.equal(await boots(), running, 'the very machines that ran before')

    // Now it dies, and a person says so.
    await given.lab.kill(index)
    await until('what is missing', async () => /No fence device is configured/.test((await failoverOf(name))?.missing ?? ''), patienceMs)
    const { task, message } = await ask('confirmHostDown', 'task { id }', { hostId: (await hostIds()).get(name) })
    assert.ok(task, message)
    await taskEnds(cloud, task.id)
    await allRun('all elsewhere on a person\'s word', { nowhere: [name] })
    assert.equal((await failoverOf(name))!.proof!.method, 'OPERATOR')
  })

  test('every disk was written by one machine at a time, and holds all that its guest wrote', async (t) => {
    const rows = await vms()
    const recoveries = new Map((await sql<{ id: string; count: number }>('select vm_id as id, count(*)::integer as count from vm_recovery where started_at is not null group by vm_id')).map(({ id, count }) => [id, count]))
    await cloud.halt()
    for (const { index } of given.lab.hosts) await given.lab.kill(index)
    for (const { id, volume } of rows) {
      const { boots, count, sinceLastBoot } = await readCount(given.lab, volume)
      // One that was killed again before it had booted has not counted that boot.
      assert.ok(boots >= 2 && boots <= 1 + recoveries.get(id)!, `${boots} boots for ${recoveries.get(id)} recoveries`)
      assert.ok(sinceLastBoot > 0, 'it went on counting where it is now')
      t.diagnostic(`${volume.slice(0, 8)}: ${boots} boots, counted to ${count}`)
    }
    assert.deepEqual(rows.filter(({ uuid }) => writers.doubles.has(uuid)), [])
    assert.ok(writers.looks() > 100)
  })
})
