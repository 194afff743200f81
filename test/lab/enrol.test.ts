// Bare machines become hosts: by mutations alone, through a real server and worker, with all that an operator may get wrong.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { importInto } from '../support/cloud-pools.ts'
import { askVm, makeNetwork, taskEnds, vmIs } from '../support/cloud-vms.ts'
import { guestImage } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

interface Check { point: string; subject: string | null; state: string; remedy: string | null }
interface Answer { host: { id: string; publicKey: string | null } | null; task: { id: string } | null; plan: { steps: string[] } | null; code?: string; field?: string; message?: string }

suite('bare machines', { timeout: 500_000 }, () => {
  const given = useLab({ hosts: 3, bare: true })
  let cloud: Cloud
  let poolId = ''
  before(async () => {
    cloud = await startCloud({})
    const [pool] = await cloud.db.em.fork().execute<{ id: string }[]>("update pool set path = '/srv/shared/pool' returning id")
    poolId = pool!.id
  }, { timeout: 120_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  async function ask(verb: string, input: object): Promise<Answer> {
    const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    return (await cloud.ask<Record<string, Answer>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { host { id publicKey } task { id } plan { steps } } ... on UserError { code field message } } }`, { input }))[verb]!
  }
  const hostOf = (id: string, fields: string) => cloud.ask<{ node: Record<string, unknown> }>(`query($id: ID!) { node(id: $id) { ... on Host { ${fields} } } }`, { id }).then(({ node }) => node)
  const checks = async (id: string) => (await hostOf(id, 'checklist { point subject state remedy }')).checklist as Check[]
  const errorOf = async (id: string) => (await cloud.ask<{ node: { state: string; error: { message: string; remedy: string | null } | null } }>('query($id: ID!) { node(id: $id) { ... on Task { state error { message remedy } } } }', { id })).node
  const waitsWith = (id: string, words: RegExp) => until(`the task to say ${words.source}`, async () => {
    const { state, error } = await errorOf(id)
    assert.ok(!['FAILED', 'STUCK', 'DONE'].includes(state), `${state}: ${error?.message}`)
    return error !== null && words.test(error.message) && error
  }, 60_000)
  const sh = async (index: number, command: string) => {
    const { code, stdout, stderr } = await given.lab.exec(index, ['sh', '-c', command])
    assert.equal(code, 0, `${command}: ${stderr}`)
    return stdout.trim()
  }
  const paste = (index: number, line: string) => sh(index, `mkdir -pm 700 /root/.ssh && echo '${line}' >> /root/.ssh/authorized_keys`)
  const standing = (index: number) => sh(index, 'ovs-vsctl list-br; ip -o link show | sed -e "s/ qlen.*//" -e "s/qdisc [a-z]*//"; ls /srv/shared')
  const hosts: string[] = []

  test('a host goes into service only once its key is trusted, lets Kloudak in, and has what a host needs', { timeout: 240_000 }, async () => {
    const [one, two, three] = given.lab.hosts
    const own = readFileSync(`${one!.privateKey.path}.pub`, 'utf8').trim()
    for (const index of [1, 3]) await paste(index, own)
    await sh(3, `printf '%s' "<domain type='qemu'><name>elsewhere</name><memory unit='MiB'>16</memory><os><type arch='x86_64'>hvm</type></os></domain>" > /root/other.xml && virsh define /root/other.xml`)
    const common = (index: number) => ({ name: `bare-${index + 1}`, areaId: cloud.areaId, address: given.lab.hosts[index]!.address })

    const first = await ask('enrolHost', { ...common(0), privateKey: one!.privateKey.text, hostKeyFingerprint: two!.hostKey.fingerprint, fqdn: 'Bare-1.example.com', rack: 'r1', labels: ['ssd'], addresses: [{ address: one!.storageAddress, purpose: 'STORAGE' }], roles: ['HYPERVISOR', 'CEPH_OSD'], methods: ['LXC'] })
    const second = await ask('enrolHost', { ...common(1), hostKeyFingerprint: two!.hostKey.fingerprint })
    const third = await ask('enrolHost', { ...common(2), privateKey: one!.privateKey.text })
    for (const { message, host } of [first, second, third]) { assert.equal(message, undefined); hosts.push(host!.id) }
    assert.equal((await ask('enrolHost', { ...common(1), name: 'another' })).field, 'address')
    assert.equal((await ask('enrolHost', { ...common(1), address: '192.0.2.1' })).field, 'name')

    // Another key than the expected one is shown: nothing is trusted.
    await taskEnds(cloud, first.task!.id, 'FAILED')
    assert.match((await errorOf(first.task!.id)).error!.message, /not trusted/)
    assert.deepEqual(await hostOf(hosts[0]!, 'hostKeyFingerprint offeredHostKeyFingerprint state'), { hostKeyFingerprint: null, offeredHostKeyFingerprint: one!.hostKey.fingerprint, state: 'ENROLLING' })
    const again = await ask('updateHost', { hostId: hosts[0], hostKeyFingerprint: one!.hostKey.fingerprint })

    // A key that Kloudak made has to be pasted, and the task goes on by itself; one that is cancelled leaves a host that can be tried again.
    await waitsWith(second.task!.id, /^Paste this line/)
    await cloud.ask('mutation($id: ID!) { cancelTask(input: { taskId: $id }) { __typename } }', { id: second.task!.id })
    await taskEnds(cloud, second.task!.id, 'CANCELLED')
    const retried = await ask('checkHost', { hostId: hosts[1] })
    const { message } = await waitsWith(retried.task!.id, /^Paste this line/)
    assert.ok(message.includes(second.host!.publicKey!), message)
    await paste(2, second.host!.publicKey!)

    // A key that nobody expects has to be confirmed.
    await waitsWith(third.task!.id, /must say whether it is the right one/)
    assert.equal((await hostOf(hosts[2]!, 'hostKeyFingerprint')).hostKeyFingerprint, null)
    assert.equal((await ask('confirmHostKey', { hostId: hosts[2], fingerprint: one!.hostKey.fingerprint })).code, 'CONFLICT')
    assert.equal((await ask('confirmHostKey', { hostId: hosts[2], fingerprint: three!.hostKey.fingerprint })).code, undefined)

    for (const { task } of [again, retried, third]) await taskEnds(cloud, task!.id, 'FAILED')
    for (const id of hosts) {
      const failed = (await checks(id)).filter(({ state }) => state === 'FAILED')
      assert.deepEqual(failed.map(({ point, subject }) => [point, subject]), [['PUBLIC_BRIDGE', 'public-br'], ['TRUNK_BRIDGE', 'private-br'], ['POOL', 'pool-1']], JSON.stringify(await checks(id)))
      assert.ok(failed.every(({ remedy }) => remedy?.includes('prepareHost')))
    }
    const seen = await hostOf(hosts[0]!, 'fqdn rack labels roles methods addresses { address purpose } cpu { sockets threads flags } nics { name management addresses carrier } os clockOffsetMs state hostKeyFingerprint') as { nics: { name: string; management: boolean; addresses: string[] }[]; cpu: { threads: number; flags: string[] }; clockOffsetMs: number }
    assert.partialDeepStrictEqual(seen, { fqdn: 'bare-1.example.com', rack: 'r1', labels: ['ssd'], roles: ['HYPERVISOR', 'CEPH_OSD'], addresses: [{ address: one!.storageAddress, purpose: 'STORAGE' }], methods: ['QEMU', 'LXC'], state: 'ENROLLING', hostKeyFingerprint: one!.hostKey.fingerprint })
    assert.deepEqual(seen.nics.map(({ name, management }) => [name, management]), [['eth0', true], ['eth1', false], ['eth2', false], ['eth3', false]])
    assert.ok(seen.cpu.threads > 0 && seen.cpu.flags.length > 10 && Math.abs(seen.clockOffsetMs) < 2_000)
  })

  test('what a host lacks is made, or all of it goes again, and never the card with an address is taken', { timeout: 240_000 }, async () => {
    const uplinks = { publicUplink: 'eth1', trunkUplink: 'eth2', poolFolders: true }
    for (const [publicUplink, words] of [['eth0', /by which Kloudak reaches/], ['eth3', /has the address/], ['eth9', /no network card/]] as const) {
      const { code, field, message } = await ask('prepareHost', { hostId: hosts[0], publicUplink })
      assert.deepEqual([code, field], ['INVALID_INPUT', 'publicUplink'])
      assert.match(message!, words)
    }
    const { plan, task } = await ask('prepareHost', { hostId: hosts[0], ...uplinks, dryRun: true })
    assert.equal(task, null)
    assert.deepEqual(plan!.steps.slice(0, 3), ['The Open vSwitch bridge public-br is made, switching in user space, with the uplink eth1.', 'The Open vSwitch bridge private-br is made, switching in user space, with the uplink eth2.', 'The folder /srv/shared/pool is made.'])

    // A file stands where the folder shall be: it fails last, when the bridges are there.
    await sh(1, 'touch /srv/shared/pool')
    const before = await standing(1)
    const refused = await ask('prepareHost', { hostId: hosts[0], ...uplinks })
    await taskEnds(cloud, refused.task!.id, 'FAILED')
    assert.match((await errorOf(refused.task!.id)).error!.message, /could not make the folder/)
    assert.equal(await standing(1), before, 'the host is as it was')
    await sh(1, 'rm /srv/shared/pool')

    // One after the other: whoever comes first makes the folder that they share.
    for (const hostId of hosts) {
      const prepared = await ask('prepareHost', { hostId, ...uplinks })
      assert.equal(prepared.message, undefined)
      await taskEnds(cloud, prepared.task!.id)
      const enrolled = await ask('checkHost', { hostId })
      await taskEnds(cloud, enrolled.task!.id)
      assert.deepEqual((await checks(hostId)).filter(({ state }) => state === 'FAILED'), [])
    }
    for (const hostId of hosts) await until('the host to be up', async () => (await hostOf(hostId, 'state')).state === 'UP')
    assert.deepEqual(await hostOf(hosts[0]!, 'bridges { name openVswitch uplinks }'), { bridges: [{ name: 'private-br', openVswitch: true, uplinks: ['eth2'] }, { name: 'public-br', openVswitch: true, uplinks: ['eth1'] }] })
    // What ran there already is listed, and left alone.
    assert.partialDeepStrictEqual((await hostOf(hosts[2]!, 'unmanagedVms { name power }')).unmanagedVms, [{ name: 'elsewhere', power: 'STOPPED' }])
    assert.deepEqual((await hostOf(hosts[0]!, 'unmanagedVms { name }')).unmanagedVms, [])
    // What comes later is seen when somebody looks again; the watch does so each minute.
    await sh(1, `printf '%s' "<domain type='qemu'><name>later</name><memory unit='MiB'>16</memory><os><type arch='x86_64'>hvm</type></os></domain>" > /root/other.xml && virsh define /root/other.xml`)
    await taskEnds(cloud, (await ask('checkHost', { hostId: hosts[0] })).task!.id)
    assert.deepEqual((await hostOf(hosts[0]!, 'unmanagedVms { name }')).unmanagedVms, [{ name: 'later' }])
    // The same machine under another address is no other host.
    const alias = given.lab.hosts[1]!.address.replace(/\d+$/, '99')
    await sh(2, `ip addr add ${alias}/24 dev eth0`)
    await paste(2, readFileSync(`${given.lab.hosts[0]!.privateKey.path}.pub`, 'utf8').trim())
    const twin = await ask('enrolHost', { name: 'twin', areaId: cloud.areaId, address: alias, privateKey: given.lab.hosts[0]!.privateKey.text, hostKeyFingerprint: given.lab.hosts[1]!.hostKey.fingerprint })
    await taskEnds(cloud, twin.task!.id, 'FAILED')
    assert.match((await errorOf(twin.task!.id)).error!.message, /is host bare-2 already/)
    assert.equal((await ask('retireHost', { hostId: twin.host!.id })).code, undefined)
    const listed = await cloud.ask<{ hosts: { edges: { node: { name: string; methods: string[] } }[] } }>('{ hosts(first: 10, label: "ssd", state: UP) { edges { node { name methods } } } }')
    assert.deepEqual(listed.hosts.edges.map(({ node }) => node), [{ name: 'bare-1', methods: ['QEMU', 'LXC'] }])
  })

  test('a key that may only forward carries a VM, and a host without VMs retires', { timeout: 240_000 }, async () => {
    const restricted = await ask('restrictHostKey', { hostId: hosts[0] })
    await taskEnds(cloud, restricted.task!.id)
    const [line, ...others] = (await sh(1, 'cat /root/.ssh/authorized_keys; ls /root/.ssh')).split('\n')
    assert.match(line!, /^restrict,port-forwarding,command="\/bin\/false" ssh-ed25519 /)
    assert.deepEqual(others, ['authorized_keys'], 'no copy of the file stays')
    await taskEnds(cloud, (await ask('checkHost', { hostId: hosts[0] })).task!.id)
    const states = new Map((await checks(hosts[0]!)).map(({ point, state }) => [point, state]))
    assert.deepEqual([states.get('SSH'), states.get('LIBVIRT'), states.get('PUBLIC_BRIDGE'), states.get('POOL'), states.get('CLOCK')], ['PASSED', 'PASSED', 'PASSED', 'PASSED', 'UNKNOWN'])
    assert.equal((await ask('prepareHost', { hostId: hosts[0], poolFolders: true })).code, 'WRONG_STATE')

    await importInto(cloud, encodeId('Pool', poolId), await guestImage())
    await cloud.db.em.fork().execute("update host set duty = 'maintenance' where name <> 'bare-1'")
    const networkId = await makeNetwork(cloud, 'red', '10.71.0.0/24')
    const { id } = await askVm(cloud, 'on-bare', { networkId })
    await vmIs(cloud, id, 'UP')
    assert.match(await sh(1, 'virsh list --name'), /kloudak-/)

    assert.equal((await ask('retireHost', { hostId: hosts[0] })).code, 'CONFLICT')
    assert.equal((await ask('retireHost', { hostId: hosts[2] })).code, undefined)
    const [row] = await cloud.db.em.fork().execute<object[]>("select state, ssh_key_sealed as key from host where name = 'bare-3'")
    assert.deepEqual(row, { state: 'retired', key: null })
    assert.match(await sh(3, 'virsh list --all --name'), /^elsewhere$/m)
  })
})
