// What operators say of hosts, through the public API. What the hosts themselves have to do with it is for the lab.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { makeSshKeyPair } from '../../server/auth/ssh-key-pair.ts'
import { unseal } from '../../server/db/seal.ts'
import { newId } from '../../server/model/id.ts'
import { useApi } from '../support/api.ts'
import { made, madeId, mutate, refusal } from '../support/mutate.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const operator = await api.user({ superuser: true })
const areaId = encodeId('Area', world.areaId)
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query, params)
const offered = { line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU' }
const other = `SHA256:${'a'.repeat(43)}`

const newHost = (more: object = {}) => ({ name: `host-${newId()}`, areaId, address: `h-${newId()}.example`, ...more })
const enrol = (more: object = {}) => madeId(operator, 'enrolHost', newHost(more), 'host')
const row = async (id: string) => (await rows<Record<string, unknown>>('select * from host where id = ?', [decodeId('Host', id, 'id')]))[0]!
const endTasks = (id: string) => rows("with ended as (update task set state = 'failed', cancellable = false where object_id = ? and state = 'queued' returning id) delete from saga where task_id in (select id from ended)", [decodeId('Host', id, 'id')])
const hostNow = async (id: string, fields: string) => (await operator.ask<{ node: Record<string, unknown> }>(`query ($id: ID!) { node(id: $id) { ... on Host { ${fields} } } }`, { id })).node

test('a host is entered with all that is said of it, its key sealed and shown to nobody', async () => {
  const { privateKey, publicKey } = makeSshKeyPair('kloudak@hv-1')
  const id = await enrol({ name: 'hv 1', address: '2001:DB8::1', sshPort: 2222, sshUser: 'virt', privateKey, fqdn: 'HV1.example.com', location: 'Hall 2', rack: 'r7', labels: ['ssd', 'a'], addresses: [{ address: '10.0.0.1', purpose: 'STORAGE' }, { address: '10.0.0.1', purpose: 'MIGRATION' }], roles: ['CEPH_MONITOR', 'HYPERVISOR'], methods: ['XEN'], publicBridge: 'br-ex', trunkBridge: 'br-int' })
  assert.deepEqual(await hostNow(id, 'name address sshPort state fqdn location rack labels addresses { address purpose } roles methods publicBridge trunkBridge publicKey hostKeyFingerprint offeredHostKeyFingerprint checklist { point } unmanagedVms { name } nics { name } cpu { model }'), {
    name: 'hv 1', address: '2001:db8::1', sshPort: 2222, state: 'ENROLLING', fqdn: 'hv1.example.com', location: 'Hall 2', rack: 'r7', labels: ['a', 'ssd'],
    addresses: [{ address: '10.0.0.1', purpose: 'STORAGE' }, { address: '10.0.0.1', purpose: 'MIGRATION' }], roles: ['HYPERVISOR', 'CEPH_MONITOR'], methods: ['XEN'], publicBridge: 'br-ex', trunkBridge: 'br-int',
    publicKey, hostKeyFingerprint: null, offeredHostKeyFingerprint: null, checklist: [], unmanagedVms: [], nics: [], cpu: null,
  })
  const { ssh_key_sealed: sealed, ssh_key_made: isMade } = await row(id)
  assert.equal(isMade, false)
  assert.equal(unseal(api.masterKey, { table: 'host', id: decodeId('Host', id, 'id') }, sealed as Buffer).toString(), privateKey)
  const [{ kept }] = await rows<{ kept: string }>("select coalesce(string_agg(t.text, ''), '') as kept from (select host::text as text from host union all select task::text from task union all select saga::text from saga union all select audit::text from audit) t") as [{ kept: string }]
  assert.doesNotMatch(kept, /OPENSSH PRIVATE/)
  assert.match(kept, /enrolHost/)
})

test('a host is entered once, however its address is written', async () => {
  const id = await enrol({ address: '::ffff:10.72.58.12' })
  assert.equal((await row(id))['address'], '10.72.58.12')
  for (const address of ['10.72.58.12', '::FFFF:a48:3a0c']) assert.match(refusal(await mutate(operator, 'enrolHost', newHost({ address }))), /^CONFLICT address: .*10\.72\.58\.12/)
})

test('without a key one is made, and its public half is what there is to paste', async () => {
  const answer = await made(operator, 'enrolHost', newHost({ idempotencyKey: newId() }), 'host { id publicKey } task { id }')
  const { id, publicKey } = answer['host'] as { id: string; publicKey: string }
  assert.match(publicKey, /^ssh-ed25519 \S+ kloudak@host-/)
  const stored = await row(id)
  assert.equal(stored['ssh_key_made'], true)
  assert.match(unseal(api.masterKey, { table: 'host', id: decodeId('Host', id, 'id') }, stored['ssh_key_sealed'] as Buffer).toString(), /BEGIN OPENSSH PRIVATE KEY/)
  assert.ok(answer['task'])
})

test('what cannot be right is refused with its field, and a dry run makes nothing', async () => {
  const wrong: Record<string, unknown> = { name: ' ', address: '10.0.0.300', sshPort: 0, sshUser: 'Root', privateKey: 'a key', hostKeyFingerprint: 'MD5:1', publicBridge: '-br', trunkBridge: 'public-br', fqdn: 'a b', labels: ['A'] }
  for (const [field, value] of Object.entries(wrong)) {
    const { code, field: told } = await mutate(operator, 'enrolHost', newHost({ [field]: value }))
    assert.deepEqual([code, told?.replace(/\.0$/, '')], ['INVALID_INPUT', field])
  }
  assert.equal((await mutate(operator, 'enrolHost', newHost({ areaId: encodeId('Area', newId()) }))).field, 'areaId')
  const planned = newHost({ dryRun: true })
  const { plan, ...answer } = await made(operator, 'enrolHost', planned, 'host { id } task { id } plan { steps losses hash }')
  assert.deepEqual([answer['host'], answer['task']], [null, null])
  assert.match(plan!.steps[0]!, /a key pair is made for it/)
  assert.deepEqual(await rows('select 1 from host where name = ?', [planned.name]), [])
})

test('a name, an address or a machine is enrolled once, until its host is retired', async () => {
  const first = newHost({ address: '192.0.2.7' })
  const id = await madeId(operator, 'enrolHost', first, 'host')
  assert.match(refusal(await mutate(operator, 'enrolHost', newHost({ name: first.name }))), /^CONFLICT name/)
  assert.match(refusal(await mutate(operator, 'enrolHost', newHost({ address: '192.0.2.7' }))), /^CONFLICT address/)
  await enrol({ address: '192.0.2.7', sshPort: 2022 })
  // Of two at once one is refused.
  const both = await Promise.all([1, 2].map(() => mutate(operator, 'enrolHost', newHost({ address: '192.0.2.8' }))))
  assert.deepEqual(both.map(({ code }) => code ?? 'made').sort(), ['CONFLICT', 'made'])
  assert.match(refusal(await mutate(operator, 'retireHost', { hostId: id })), /^WRONG_STATE hostId: enrolHost of host/)
  await endTasks(id)
  assert.equal((await mutate(operator, 'retireHost', { hostId: id })).code, undefined)
  assert.partialDeepStrictEqual(await row(id), { state: 'retired', ssh_key_sealed: null, ssh_public_key: null })
  assert.equal((await mutate(operator, 'retireHost', { hostId: id })).code, 'NOT_FOUND')
  await madeId(operator, 'enrolHost', first, 'host')
})

test('a key is trusted when it is the one that was offered, and no other way', async () => {
  const id = await enrol()
  const confirm = (fingerprint: string) => mutate(operator, 'confirmHostKey', { hostId: id, fingerprint })
  assert.match(refusal(await confirm(offered.fingerprint)), /^WRONG_STATE hostId: .* not been read yet/)
  await rows('update host set ssh_offered_key = ? where id = ?', [offered.line, decodeId('Host', id, 'id')])
  await rows("update saga set state = 'running', run_after = now() + interval '1 hour' where input ->> 'hostId' = ?", [decodeId('Host', id, 'id')])
  assert.match(refusal(await confirm(other)), /^CONFLICT fingerprint/)
  assert.deepEqual(await hostNow(id, 'hostKeyFingerprint offeredHostKeyFingerprint'), { hostKeyFingerprint: null, offeredHostKeyFingerprint: offered.fingerprint })
  assert.equal((await confirm(offered.fingerprint)).code, undefined)
  assert.deepEqual(await rows("select 1 from saga where input ->> 'hostId' = ? and run_after > now()", [decodeId('Host', id, 'id')]), [], 'what waited for it goes on')
  assert.equal((await hostNow(id, 'hostKeyFingerprint')).hostKeyFingerprint, offered.fingerprint)
  assert.equal((await confirm(offered.fingerprint)).code, undefined, 'confirming twice changes nothing')
  assert.match(refusal(await confirm(other)), /^WRONG_STATE fingerprint/)
})

test('what is said of a host can be changed, and another way to it is tried', async () => {
  const id = await enrol({ fqdn: 'a.example', rack: 'r1', labels: ['x'] })
  const update = (input: object) => made(operator, 'updateHost', { hostId: id, ...input }, 'task { id }')
  assert.equal((await update({ fqdn: '', rack: 'r2', labels: [], reservedMemoryBytes: 1_073_741_824, roles: ['CEPH_OSD'] })).task, null)
  assert.deepEqual(await hostNow(id, 'fqdn rack labels reservedMemoryBytes roles'), { fqdn: null, rack: 'r2', labels: [], reservedMemoryBytes: 1_073_741_824, roles: ['CEPH_OSD'] })
  assert.equal((await update({ sshPort: 2022 })).task, null, 'the enrolment that is under way tries it')
  await endTasks(id)
  assert.ok((await update({ hostKeyFingerprint: offered.fingerprint })).task)
  assert.partialDeepStrictEqual(await row(id), { ssh_port: 2022, ssh_expected_fingerprint: offered.fingerprint, ssh_host_key: null })
  const taken = await enrol()
  const { address } = await hostNow(taken, 'address')
  assert.match(refusal(await mutate(operator, 'updateHost', { hostId: id, address, sshPort: 22 })), /^CONFLICT address/)
  assert.match(refusal(await mutate(operator, 'updateHost', { hostId: encodeId('Host', world.hostIds[0]!), sshPort: 22 })), /^WRONG_STATE sshPort/)
})

test('a host is looked at by one task at a time, and one with VMs does not retire', async () => {
  const id = await enrol()
  assert.match(refusal(await mutate(operator, 'checkHost', { hostId: id })), /^WRONG_STATE hostId: enrolHost/)
  await endTasks(id)
  const task = async (verb: string) => (await made(operator, verb, { hostId: id }, 'task { id steps { name } }')).task as { steps: { name: string }[] }
  assert.equal((await task('checkHost')).steps.at(-1)!.name, 'ready', 'one that is being enrolled goes into service')
  await endTasks(id)
  await rows("update host set state = 'up' where id = ?", [decodeId('Host', id, 'id')])
  assert.equal((await task('checkHost')).steps.at(-1)!.name, 'look')
  assert.match(refusal(await mutate(operator, 'prepareHost', { hostId: id, publicUplink: 'eth1' })), /^WRONG_STATE/)
  await endTasks(id)
  assert.match(refusal(await mutate(operator, 'prepareHost', { hostId: id, publicUplink: 'eth1' })), /^WRONG_STATE hostId: Nobody has looked/)
  const member = await api.user({ memberships: { [world.workspaceId]: ['vm:add'] } })
  const vm = await made(member, 'createVm', { workspaceId: encodeId('Workspace', world.workspaceId), name: 'stays', templateId: encodeId('Template', world.templateId), areaId }, 'vm { id }')
  const [{ host }] = await rows<{ host: string }>('select host_id as host from vm where id = ?', [decodeId('VM', (vm['vm'] as { id: string }).id, 'id')]) as [{ host: string }]
  assert.match(refusal(await mutate(operator, 'retireHost', { hostId: encodeId('Host', host) })), /^CONFLICT hostId: .* has the VM stays/)
})

test('hosts are found by label and state, and retired ones only when they are asked for', async () => {
  const id = await enrol({ labels: ['gpu'] })
  const listed = async (args: string) => (await operator.ask<{ hosts: { totalCount: number; edges: { node: { id: string; methods: string[] } }[] } }>(`{ hosts(first: 100, ${args}) { totalCount edges { node { id methods } } } }`)).hosts
  assert.deepEqual((await listed('label: "gpu"')).edges.map(({ node }) => node.id), [id])
  assert.equal((await listed('label: "gpu", state: UP')).totalCount, 0)
  assert.deepEqual((await listed('state: UP')).edges.find(({ node }) => node.id === encodeId('Host', world.hostIds[0]!))?.node.methods, ['QEMU'])
  await rows("update host set duty = 'draining' where id = ?", [world.hostIds[0]])
  assert.deepEqual((await listed('state: DRAINING')).edges.map(({ node }) => node.id), [encodeId('Host', world.hostIds[0]!)])
  await endTasks(id)
  await made(operator, 'retireHost', { hostId: id }, 'host { id }')
  assert.deepEqual([(await listed('label: "gpu"')).totalCount, (await listed('label: "gpu", retiredToo: true')).totalCount, (await listed('label: "gpu", state: RETIRED')).totalCount], [0, 1, 1])
})

test('a fence device is one host\'s alone, and what retiring a host leaves cut off from its storage is told', async () => {
  const [one, two] = [await enrol(), await enrol()]
  const device = (hostId: string, more: object = {}) => mutate(operator, 'addFenceDevice', { hostId, kind: 'IPMI', address: '10.0.9.11', username: 'kloudak', password: 'hush', ...more })
  assert.equal((await device(one)).code, undefined)
  assert.match(refusal(await device(two)), /^CONFLICT address: Host host-\S+ has this ipmi device/)
  assert.match(refusal(await device(two, { address: '10.0.9.11', port: undefined })), /^CONFLICT address/)
  for (const more of [{ port: 6230 }, { address: '10.0.9.12' }]) assert.equal((await device(two, more)).code, undefined)
  const virtual = { kind: 'LIBVIRT', address: '10.0.9.13' }
  for (const [hostId, plug] of [[one, 'hv1'], [two, 'hv2']] as const) assert.equal((await device(hostId, { ...virtual, options: { plug } })).code, undefined)
  assert.match(refusal(await device(two, { ...virtual, options: { plug: 'hv1' } })), /^CONFLICT address/)
  for (const more of [{}, { port: 623 }, { address: '::ffff:10.0.9.11', username: 'other' }]) assert.match(refusal(await device(one, more)), /^CONFLICT address: .* already/)
  await endTasks(two)
  await rows("insert into fence_device (id, host_id, position, kind, address) values (?, ?, 9, 'ceph', '10.0.8.12')", [newId(), decodeId('Host', two, 'id')])
  await rows("update host set state = 'fenced', fencing_at = now() where id = ?", [decodeId('Host', two, 'id')])
  const { plan } = await made(operator, 'retireHost', { hostId: two, dryRun: true }, 'host { id } plan { losses }')
  assert.match((plan as { losses: string[] }).losses.join(' '), /ceph osd blocklist rm 10\.0\.8\.12:0\/0/)
})

test('what switches a host off is at no address of that host, but for its storage', async () => {
  const id = await enrol({ address: '10.0.7.1', addresses: [{ address: '10.0.7.2', purpose: 'STORAGE' }] })
  const device = (kind: string, address: string) => mutate(operator, 'addFenceDevice', { hostId: id, kind, address, ...(kind === 'LIBVIRT' && { options: { plug: 'hv' } }) })
  for (const kind of ['IPMI', 'REDFISH', 'LIBVIRT']) for (const address of ['10.0.7.1', '::ffff:10.0.7.1', '10.0.7.2']) assert.match(refusal(await device(kind, address)), /^INVALID_INPUT address: 10\.0\.7\.\d is an address of host /)
  for (const [kind, address] of [['CEPH', '10.0.7.2'], ['IPMI', '10.0.7.3']] as const) assert.equal((await device(kind, address)).code, undefined)
  await endTasks(id)
  const update = (more: object) => mutate(operator, 'updateHost', { hostId: id, ...more })
  assert.match(refusal(await update({ address: '10.0.7.3' })), /^INVALID_INPUT address: .* ipmi device/)
  assert.match(refusal(await update({ addresses: [{ address: '10.0.7.3', purpose: 'MANAGEMENT' }] })), /^INVALID_INPUT addresses: .* ipmi device/)
  assert.equal((await update({ rack: 'r1', addresses: [{ address: '10.0.7.2', purpose: 'STORAGE' }] })).code, undefined)
})

test('a retired host leaves nothing behind that keeps others back', async () => {
  const own = await madeId(operator, 'createArea', { name: `area-${newId()}` }, 'area')
  const id = await enrol({ areaId: own })
  await endTasks(id)
  const hostId = decodeId('Host', id, 'id')
  await rows("insert into fence_device (id, host_id, position, kind, password_sealed) values (?, ?, 1, 'ipmi', 'x')", [newId(), hostId])
  await rows("insert into host_outage (id, host_id, silent_since) values (?, ?, now())", [newId(), hostId])
  assert.match(refusal(await mutate(operator, 'deleteArea', { areaId: own })), /^CONFLICT areaId: .* used by the host/)
  await made(operator, 'retireHost', { hostId: id }, 'host { id }')
  assert.deepEqual(await rows('select 1 from fence_device where host_id = ? union all select 1 from host_outage where host_id = ? and ended_at is null', [hostId, hostId]), [])
  assert.equal((await mutate(operator, 'deleteArea', { areaId: own })).code, undefined)
  assert.deepEqual(await rows('select 1 from host where id = ?', [hostId]), [])
})
