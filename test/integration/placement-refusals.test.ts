// Why no host took a VM: grouped and without names for tenants, host by host for superusers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { GiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const em = api.db.em.fork()
const world = await makeWorld(api.db, { hosts: 5, hostMemoryBytes: 4 * GiB })
const [roomy, down, draining, old] = world.hostIds
await em.execute("update host set state = 'down' where id = ?", [down])
await em.execute("update host set duty = 'draining' where id = ?", [draining])
await em.execute("update area set machine_type = 'pc-q35-7.2', cpu_model = 'qemu64' where id = ?", [world.areaId])
await em.execute(`update host set facts = facts || '{"machineType": "pc-q35-6.2"}'::jsonb where id = ?`, [old])
await em.execute('update host set memory_bytes = ? where id = ?', [6 * GiB, roomy])
const tenant = await api.user({ memberships: { [world.workspaceId]: ['vm:add'] } })
const operator = await api.user({ superuser: true })

interface Refusals { reason: string; count: number; message: string; hosts: { host: { id: string }; message: string; remedy: string; freeMemoryBytes: number }[] | null }
interface Refused { __typename: string; message: string; remedy: string; largestFit: { vcpus: number; memoryBytes: number } | null; refusals: Refusals[] }
const create = (more: string) => `mutation { createVm(input: { workspaceId: "${encodeId('Workspace', world.workspaceId)}", templateId: "${encodeId('Template', world.templateId)}", areaId: "${encodeId('Area', world.areaId)}", name: "large", ${more} }) {
  __typename ... on NoCapacityError { message remedy largestFit { vcpus memoryBytes } refusals { reason count message hosts { host { id } message remedy freeMemoryBytes } } } } }`

test('NO_CAPACITY tells reasons and counts to all, hosts to superusers alone', async () => {
  const query = create(`memoryBytes: ${8 * GiB}`)
  const seen = (await tenant.ask<{ createVm: Refused }>(query)).createVm
  assert.equal(seen.__typename, 'NoCapacityError')
  assert.deepEqual(seen.refusals, [
    { reason: 'STATE', count: 1, message: '1 is not up', hosts: null }, { reason: 'DUTY', count: 1, message: '1 is in maintenance', hosts: null },
    { reason: 'MACHINE', count: 1, message: '1 is of another kind than the VM needs', hosts: null }, { reason: 'MEMORY', count: 2, message: '2 are short of memory', hosts: null },
  ])
  assert.deepEqual(seen.largestFit, { vcpus: 16, memoryBytes: 6 * GiB })
  assert.doesNotMatch(JSON.stringify(seen), /host-/)
  const all = (await operator.ask<{ createVm: Refused }>(query)).createVm.refusals
  assert.deepEqual(all.map(({ hosts }) => hosts!.map(({ host, message }) => [host.id, message])), [
    [[encodeId('Host', down!), 'It is down.']], [[encodeId('Host', draining!), 'It is being drained.']], [[encodeId('Host', old!), 'It has no machine type pc-q35-7.2.']],
    [[encodeId('Host', roomy!), 'It has 6 GiB of memory left.'], [encodeId('Host', world.hostIds[4]!), 'It has 4 GiB of memory left.']],
  ])
  assert.equal(all[3]!.hosts![0]!.remedy, '2 GiB more would do.')
  await tenant.ask(create(`memoryBytes: ${6 * GiB}, dryRun: true`))
})

test('a NO_CAPACITY that is not about hosts has no refusals', async () => {
  const { createVm } = await tenant.ask<{ createVm: Refused }>(create(`diskBytes: ${8 * 1024 * GiB}`))
  assert.deepEqual([createVm.__typename, createVm.refusals, createVm.largestFit], ['NoCapacityError', [], null])
})

test('labels are asked for by superusers and templates, and seen by superusers', async () => {
  await em.execute("update host set labels = '{ssd}' where id = ?", [world.hostIds[4]])
  const { errors } = await tenant.send(create('requiredLabels: ["ssd"]'))
  assert.equal(errors?.[0]?.extensions.code, 'FORBIDDEN')
  const made = await operator.ask<{ createVm: { __typename: string } }>(create('requiredLabels: ["ssd"]'))
  assert.equal(made.createVm.__typename, 'CreateVmPayload')
  const [{ host_id: hostId, required_labels: labels }] = await em.execute<[{ host_id: string; required_labels: string[] }]>("select host_id, required_labels from vm where name = 'large'")
  assert.deepEqual([hostId, labels], [world.hostIds[4], ['ssd']])
  await operator.ask(`mutation { updateTemplate(input: { templateId: "${encodeId('Template', world.templateId)}", avoidedLabels: ["ssd"], requiredLabels: [] }) { __typename } }`)
  const { createVm } = await tenant.ask<{ createVm: Refused }>(create(`memoryBytes: ${7 * GiB}`))
  assert.deepEqual(createVm.refusals.map(({ reason }) => reason), ['STATE', 'DUTY', 'MACHINE', 'LABELS', 'MEMORY'])
  const { templates } = await tenant.ask<{ templates: { edges: { node: { avoidedLabels: string[] | null } }[] } }>('{ templates { edges { node { avoidedLabels } } } }')
  assert.equal(templates.edges[0]!.node.avoidedLabels, null)
})

test('explainPlacement says of each host whether it would take the VM, and takes nothing', async () => {
  interface Explained { explainPlacement: { chosen: { id: string } | null; fitting: number; largestFit: object | null; hosts: { host: { id: string }; fits: boolean; rank: number | null; reason: string | null; message: string | null }[]; refusals: { reason: string; count: number }[] } }
  const explain = async (input: string) => (await operator.ask<Explained>(`{ explainPlacement(input: { areaId: "${encodeId('Area', world.areaId)}", ${input} }) { chosen { id } fitting largestFit { vcpus memoryBytes } hosts { host { id } fits rank reason message } refusals { reason count } } }`)).explainPlacement
  const before = await em.execute('select count(*) from reservation')
  const fits = await explain(`vcpus: 2, memoryBytes: ${GiB}`)
  assert.deepEqual([fits.chosen!.id, fits.fitting, fits.largestFit], [encodeId('Host', roomy!), 2, null])
  assert.deepEqual(fits.hosts.map(({ rank, reason }) => rank ?? reason), [1, 2, 'STATE', 'DUTY', 'MACHINE'])
  const none = await explain(`vcpus: 17, memoryBytes: ${GiB}`)
  assert.deepEqual([none.chosen, none.fitting, none.refusals.at(-1)], [null, 0, { reason: 'VCPUS', count: 2 }])
  const disk = await explain(`vcpus: 1, memoryBytes: ${GiB}, diskBytes: ${8 * 1024 * GiB}`)
  assert.deepEqual(disk.refusals.find(({ reason }) => reason === 'POOL'), { reason: 'POOL', count: 2 })
  assert.deepEqual(await em.execute('select count(*) from reservation'), before)
  // It keeps more for itself than it has.
  await em.execute('update host set reserved_memory_bytes = memory_bytes * 2 where id = ?', [roomy])
  const { explainPlacement } = await operator.ask<{ explainPlacement: { hosts: { host: { id: string }; freeMemoryBytes: number }[] } }>(`{ explainPlacement(input: { areaId: "${encodeId('Area', world.areaId)}", vcpus: 1, memoryBytes: ${GiB} }) { hosts { host { id } freeMemoryBytes } } }`)
  assert.equal(explainPlacement.hosts.find(({ host }) => host.id === encodeId('Host', roomy!))!.freeMemoryBytes, 0)
})
