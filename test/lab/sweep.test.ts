// Differences that are made by hand on a real host are found, and mended where that is safe; and the guests' addresses are
// found, through the agent.
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { askVm, makeNetwork, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

interface Drift { id: string; kind: string; subject: string; message: string; resolvedAt: string | null; repairedAt: string | null }

suite('the sweep of a lab host', { timeout: 900_000 }, () => {
  const given = useLab({ hosts: 1 })
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ lab: given.lab, image: await guestImage(), env: { KLOUDAK_SWEEP_EVERY: '1s' } }) }, { timeout: 600_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  const patienceMs = 120_000
  const run = async (...argv: string[]) => { const { code, stdout, stderr } = await given.lab.exec(1, argv); assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`); return stdout.trim() }
  const drifts = async (open: boolean) => (await cloud.ask<{ drifts: { edges: { node: Drift }[] } }>('query($open: Boolean) { drifts(first: 100, open: $open) { edges { node { id kind subject message resolvedAt repairedAt } } } }', { open })).drifts.edges.map(({ node }) => node)
  const found = (kind: string, subject: string) => until(`${kind} of ${subject}`, async () => (await drifts(true)).find((drift) => drift.kind === kind && drift.subject === subject), patienceMs)
  const over = (kind: string, subject: string) => until(`${kind} of ${subject} to be over`, async () => (await drifts(false)).find((drift) => drift.kind === kind && drift.subject === subject), patienceMs)
  const repair = async ({ id }: Drift) => {
    const { repairDrift } = await cloud.ask<{ repairDrift: { task: { id: string }; message?: string } }>('mutation($id: ID!) { repairDrift(input: { driftId: $id }) { ... on RepairDriftPayload { task { id } } ... on UserError { message } } }', { id })
    assert.equal(repairDrift.message, undefined)
    await taskEnds(cloud, repairDrift.task.id)
  }

  test('what is done by hand is seen, and mended where nothing is lost by it', { timeout: 600_000 }, async () => {
    const networkId = await makeNetwork(cloud, 'red', '10.62.0.0/24')
    const [kept, broken] = [await askVm(cloud, 'kept', { networkId }), await askVm(cloud, 'broken', { networkId })]
    for (const { id } of [kept, broken]) await vmIs(cloud, id, 'UP')
    const rows = await cloud.db.em.fork().execute<{ name: string; uuid: string; id: string; port: string; vlan: number }[]>(
      'select vm.name, vm.domain_uuid as uuid, vm.id, vm_interface.id as port, network.vlan from vm join vm_interface on vm_interface.vm_id = vm.id join network on network.id = vm_interface.network_id order by vm.name desc')
    const [one, two] = rows as [typeof rows[0], typeof rows[0]]
    const pool = given.lab.poolFolder
    const portName = async (port: string) => run('ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:iface-id=${port}`)
    assert.deepEqual(await drifts(true), [])

    // Everything at once, as after a bad night.
    const tap = await portName(one.port)
    await run('ovs-vsctl', 'set', 'Port', tap, 'tag=4000')
    rmSync(join(pool, `${one.id}-seed.iso`))
    const stray = '0198aaaa-0000-7000-8000-000000000001-disk-0.qcow2'
    writeFileSync(join(pool, stray), 'left behind')
    writeFileSync(join(pool, 'somebody-elses.img'), 'not ours')
    const strayPort = '0198aaaa-0000-7000-8000-000000000002'
    await run('ovs-vsctl', 'add-port', given.lab.hosts[0]!.trunkBridge, 'stray0', 'tag=9', '--', 'set', 'Interface', 'stray0', 'type=internal', `external_ids:iface-id=${strayPort}`)
    await run('virsh', 'destroy', two.uuid)
    const disk = join(pool, `${two.id}-disk-0.qcow2`)
    renameSync(disk, `${disk}.away`)
    const xml = await run('virsh', 'dumpxml', '--inactive', two.uuid)
    const twin = '0198aaaa-0000-4000-8000-000000000003'
    const twinXml = xml.replaceAll(two.uuid, twin).replace(/<name>[^<]*<\/name>/, '<name>twin</name>').replace(/<interface[^]*?<\/interface>/, '').replace(/vm=(['"])[^'"]*\1/, `vm='0198aaaa-0000-7000-8000-000000000001'`)
    await run('sh', '-c', `cat > /tmp/twin.xml <<'END'\n${twinXml}\nEND\nvirsh define /tmp/twin.xml`)

    // Of these nothing is lost: they are right again by themselves.
    for (const [kind, subject] of [['PORT_VLAN', one.port], ['SEED_MISSING', `${one.id}-seed.iso`]] as const) assert.ok((await over(kind, subject)).repairedAt, kind)
    assert.equal(await run('ovs-vsctl', 'get', 'Port', tap, 'tag'), String(one.vlan))
    assert.ok(existsSync(join(pool, `${one.id}-seed.iso`)))

    const told = { port: await found('PORT_EXTRA', strayPort), volume: await found('VOLUME_EXTRA', stray), lost: await found('VOLUME_MISSING', `${two.id}-disk-0.qcow2`), power: await found('VM_POWER', two.uuid), twin: await found('VM_EXTRA', twin) }
    assert.match(told.power.message, /^broken is stopped; by the books it should be running\.$/)
    assert.deepEqual((await drifts(true)).map(({ kind }) => kind).toSorted(), ['PORT_EXTRA', 'VM_EXTRA', 'VM_POWER', 'VOLUME_EXTRA', 'VOLUME_MISSING'])

    await repair(told.twin)
    await repair(told.volume)
    await repair(told.port)
    assert.deepEqual([existsSync(join(pool, stray)), existsSync(join(pool, 'somebody-elses.img'))], [false, true])
    assert.equal(await portName(strayPort), '')
    assert.ok(!(await run('virsh', 'list', '--all', '--uuid')).includes(twin))
    renameSync(`${disk}.away`, disk)
    await run('virsh', 'undefine', two.uuid)
    await repair(await found('VM_MISSING', two.uuid))
    await run('virsh', 'start', two.uuid)
    await over('VM_POWER', two.uuid)
    await run('ovs-vsctl', 'del-port', await portName(two.port))
    await found('PORT_MISSING', two.port)
    await run('virsh', 'destroy', two.uuid)
    await over('PORT_MISSING', two.port)
    await run('virsh', 'start', two.uuid)
    copyFileSync('/dev/null', join(pool, 'somebody-elses.img'))
    await until('nothing to differ', async () => (await drifts(true)).length === 0, patienceMs)
  })

  test('the addresses of guests are found', { timeout: 300_000 }, async () => {
    const read = async () => (await cloud.ask<{ vms: { edges: { node: { name: string; interfaces: { addresses: { ip: string }[]; observedAddresses: { ip: string; source: string; assigned: boolean }[] }[] } }[] } }>(
      '{ vms(first: 10) { edges { node { name interfaces { addresses { ip } observedAddresses { ip source assigned } } } } } }')).vms.edges.map(({ node }) => node).find(({ name }) => name === 'kept')!.interfaces[0]!
    const card = await until('the agent to be heard', async () => { const now = await read(); return now.observedAddresses.length > 0 && now }, patienceMs)
    assert.deepEqual(card.observedAddresses, card.addresses.map(({ ip }) => ({ ip, source: 'AGENT', assigned: true })))
  })

  test('a guest that shuts itself down while nobody hears its host is meant to be off', { timeout: 300_000 }, async () => {
    const read = async () => (await cloud.ask<{ vms: { edges: { node: { name: string; desiredPower: string; observedPower: string; host: { state: string } } }[] } }>('{ vms(first: 10) { edges { node { name desiredPower observedPower host { state } } } } }')).vms.edges.map(({ node }) => node).find(({ name }) => name === 'kept')!
    const [{ uuid }] = await cloud.db.em.fork().execute<[{ uuid: string }]>("select domain_uuid as uuid from vm where name = 'kept'")
    assert.deepEqual([(await read()).desiredPower, (await read()).observedPower], ['RUNNING', 'RUNNING'])
    await given.lab.cut(1, 'mgmt')
    await until('the host to be lost', async () => (await read()).host.state !== 'UP', patienceMs)
    // The button on the case: the guest goes down by itself.
    await run('virsh', 'shutdown', uuid)
    await until('the guest to be off', async () => (await run('virsh', 'domstate', uuid)) === 'shut off', patienceMs)
    assert.notEqual((await read()).observedPower, 'STOPPED')
    await given.lab.heal(1, 'mgmt')
    const back = await until('what happened to be known', async () => { const vm = await read(); return vm.host.state === 'UP' && vm.observedPower === 'STOPPED' && vm }, patienceMs)
    assert.equal(back.desiredPower, 'STOPPED')
  })
})
