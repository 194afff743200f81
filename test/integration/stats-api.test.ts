// Statistics through the API: series for charts, what is done now, and what is told live.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from 'graphql-ws'
import { rollUpAll } from '../../jobs/stats/roll-up.ts'
import { encodeId } from '../../schema/global-id.ts'
import { writeFileSystems } from '../../server/db/queries/host-file-systems.ts'
import { newId } from '../../server/model/id.ts'
import { defaultKeep, hostMetrics, vmMetrics } from '../../server/model/stats.ts'
import { useApi } from '../support/api.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { countStatements } from '../support/statements.ts'
import { sampleOf, valuesFrom, writeSample } from '../support/stats.ts'
import { until } from '../support/until.ts'

const api = await useApi()
const em = api.db.em.fork()
const books = await writeBooks(em)
const superuser = await api.user({ superuser: true })
const member = await api.user({ memberships: { [books.workspaceId]: [] } })
const hostRow = await writeHost(em, books)
const vmRow = await writeVm(em, books, hostRow.id)
const [hostId, vmId] = [encodeId('Host', hostRow.id), encodeId('VM', vmRow.id)]
const ofHost = `at seconds ${hostMetrics.join(' ')}`
const ofVm = `at seconds ${vmMetrics.join(' ')}`
const moments = (inMs: number) => new Date(Date.now() + inMs).toISOString()

test('series have a number of each metric for each moment, and what is done now stands at host and VM', async () => {
  await writeSample(em, [sampleOf(hostRow.id, [vmRow.id])])
  const { hostStats, vmStats, hosts, vms } = await superuser.ask<Record<string, unknown>>(`{
    hostStats(hostId: "${hostId}") { resolution times ${hostMetrics.join(' ')} } vmStats(vmId: "${vmId}") { resolution times ${vmMetrics.join(' ')} }
    hosts(first: 100) { edges { node { id usage { ${ofHost} } } } } vms(first: 100) { edges { node { id usage { ${ofVm} } } } } }`)
  const { resolution, times, ...columns } = hostStats as { resolution: string; times: string[] }
  assert.equal(resolution, 'RAW')
  assert.equal(times.length, 1)
  assert.deepEqual(columns, Object.fromEntries(Object.entries(valuesFrom(hostMetrics, 10)).map(([metric, value]) => [metric, [value]])))
  const { resolution: _, times: at, ...numbers } = vmStats as { resolution: string; times: string[] }
  assert.deepEqual([at, numbers], [times, Object.fromEntries(Object.entries(valuesFrom(vmMetrics, 20)).map(([metric, value]) => [metric, [value]]))])
  const nodes = (list: unknown) => (list as { edges: { node: { id: string; usage: unknown } }[] }).edges.map(({ node }) => node)
  assert.deepEqual(nodes(hosts).find(({ id }) => id === hostId)?.usage, { at: times[0], seconds: 10, ...valuesFrom(hostMetrics, 10) })
  assert.deepEqual(nodes(vms).find(({ id }) => id === vmId)?.usage, { at: times[0], seconds: 10, ...valuesFrom(vmMetrics, 20) })
})

test('what a host or VM did long ago is not what it does now, and a VM that is not sampled does nothing', async () => {
  const old = await writeHost(em, books)
  const [idle, gone] = [await writeVm(em, books, hostRow.id), await writeVm(em, books, old.id)]
  await writeSample(em, [sampleOf(old.id, [gone.id])])
  await em.execute("select make_stats_partitions('host_stats_raw', interval '30 minutes', now() - interval '10 minutes', now())")
  await em.execute("update host_stats_raw set at = at - interval '3 minutes' where host_id = ?", [old.id])
  const { nodes } = await superuser.ask<{ nodes: unknown[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Host { usage { at } } ... on VM { usage { at } } } }', { ids: [encodeId('Host', old.id), encodeId('VM', gone.id), encodeId('VM', idle.id)] })
  assert.deepEqual(nodes, [{ usage: null }, { usage: null }, { usage: null }])
  const { hostStats } = await superuser.ask<{ hostStats: { times: string[] } }>(`{ hostStats(hostId: "${encodeId('Host', old.id)}") { times } }`)
  assert.equal(hostStats.times.length, 1, 'its series has it')
})

test('a host tells its file systems, those of now and to superusers alone', async () => {
  const [fresh, old, silent] = [await writeHost(em, books), await writeHost(em, books), await writeHost(em, books)]
  const told = [{ mountPoint: '/', sizeBytes: 2 ** 49, usedBytes: 12_345 }, { mountPoint: '/srv/"größe"\\', sizeBytes: 1_024, usedBytes: 1_024 }]
  await writeFileSystems(em, new Map([[fresh.id, []], [old.id, told]]))
  await writeFileSystems(em, new Map([[fresh.id, told]]))
  await em.execute("update host_file_systems set seen_at = now() - interval '6 minutes' where host_id = ?", [old.id])
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Host { fileSystems { mountPoint sizeBytes usedBytes } } } }'
  const ids = { ids: [fresh, old, silent].map(({ id }) => encodeId('Host', id)) }
  assert.deepEqual((await superuser.ask<{ nodes: unknown[] }>(query, ids)).nodes, [{ fileSystems: told }, { fileSystems: null }, { fileSystems: null }])
  assert.deepEqual((await member.send<{ nodes: unknown[] }>(query, ids)).data.nodes, [null, null, null])
})

test('a span and a resolution are taken as asked; what cannot be told says which field and what to do', async () => {
  const ask = (args: string) => superuser.send<{ hostStats: { resolution: string; times: string[] } }>(`{ hostStats(hostId: "${hostId}", ${args}) { resolution times } }`)
  const resolutionOf = async (fromMs: number) => (await ask(`from: "${moments(-fromMs)}"`)).data.hostStats.resolution
  const hour = 3_600_000
  assert.deepEqual(await Promise.all([hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, 365 * 24 * hour].map(resolutionOf)), ['RAW', 'MINUTE', 'QUARTER_HOUR', 'HOUR', 'DAY'])
  assert.deepEqual((await ask(`to: "${moments(-hour)}"`)).data.hostStats.times, [], 'an hour that had no samples')
  const refused = async (args: string) => { const { errors } = await ask(args); return [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field, typeof errors?.[0]?.extensions.remedy] }
  assert.deepEqual(await refused(`from: "${moments(0)}", to: "${moments(-1)}"`), ['INVALID_INPUT', 'from', 'string'])
  assert.deepEqual(await refused(`from: "${moments(-400 * 24 * hour)}", resolution: MINUTE`), ['INVALID_INPUT', 'resolution', 'string'])
  const hidden = await superuser.send(`{ hostStats(hostId: "${encodeId('Host', newId())}") { times } }`)
  assert.deepEqual([hidden.errors?.[0]?.extensions.code, hidden.errors?.[0]?.extensions.field], ['NOT_FOUND', 'hostId'])
})

test('a chart of a day is made of what was rolled up', async () => {
  const host = await writeHost(em, books)
  await writeSample(em, [sampleOf(host.id)])
  await em.execute("select make_stats_partitions('host_stats_raw', interval '30 minutes', now() - interval '1 hour', now())")
  await em.execute("update host_stats_raw set at = at - interval '5 minutes' where host_id = ?", [host.id])
  await em.execute('delete from stats_rollup')
  await rollUpAll(api.db, defaultKeep)
  const { hostStats } = await superuser.ask<{ hostStats: { resolution: string; times: string[]; busyCpus: number[] } }>(`{ hostStats(hostId: "${encodeId('Host', host.id)}", from: "${moments(-24 * 3_600_000)}") { resolution times busyCpus } }`)
  assert.deepEqual([hostStats.resolution, hostStats.times.length, hostStats.busyCpus], ['MINUTE', 1, [10]])
  assert.match(hostStats.times[0]!, /:00\.000Z$/)
})

interface Told { values: { at: string; busyCpus: number }[]; code: string | undefined; isOver: boolean }

function follow(client: Client, query: string): Told {
  const told: Told = { values: [], code: undefined, isOver: false }
  client.subscribe<{ sample: Told['values'][number] }>({ query }, {
    next: ({ data, errors }) => {
      if (data) told.values.push(data.sample)
      told.code ??= errors?.[0]?.extensions?.code as string | undefined
    },
    error: (error) => { told.code ??= (error as { extensions?: { code?: string } }[])[0]?.extensions?.code ?? 'failed'; told.isOver = true },
    complete: () => { told.isOver = true },
  })
  return told
}
const liveVm = (id: string) => `subscription { sample: vmStats(vmId: "${id}") { at busyCpus } }`
const liveHost = `subscription { sample: hostStats(hostId: "${hostId}") { at busyCpus } }`

test('the newest sample is told at once, then each newer one, to everybody who may see it', async () => {
  await writeSample(em, [sampleOf(hostRow.id, [vmRow.id], 1)])
  const [ofVm, ofHost, ofMember] = [follow(superuser.socket(), liveVm(vmId)), follow(superuser.socket(), liveHost), follow(member.socket(), liveVm(vmId))]
  const all = [ofVm, ofHost, ofMember]
  await until('all have the first', () => all.every(({ values }) => values.length === 1))
  await writeSample(em, [sampleOf(hostRow.id, [vmRow.id], 2)])
  await until('all have the second', () => all.every(({ values }) => values.length === 2))
  assert.deepEqual(all.map(({ values }) => values.map(({ busyCpus }) => busyCpus)), [[11, 12], [1, 2], [11, 12]])
  assert.ok(all.every(({ isOver, code }) => !isOver && code === undefined))
})

test('a stream ends with the right to see, with the superuser\'s rank, with the session and with the VM', async () => {
  const [leaver, fallen, out] = [await api.user({ memberships: { [books.workspaceId]: [] } }), await api.user({ superuser: true }), await api.user({ memberships: { [books.workspaceId]: [] } })]
  const doomed = await writeVm(em, books, hostRow.id)
  await writeSample(em, [sampleOf(hostRow.id, [vmRow.id, doomed.id], 3)])
  const streams = { leaver: follow(leaver.socket(), liveVm(vmId)), fallen: follow(fallen.socket(), liveHost), out: follow(out.socket(), liveVm(vmId)), gone: follow(superuser.socket(), liveVm(encodeId('VM', doomed.id))), stays: follow(member.socket(), liveVm(vmId)) }
  await until('all have begun', () => Object.values(streams).every(({ values }) => values.length === 1))
  await em.execute('delete from membership where user_id = ?', [leaver.userId])
  await em.execute('update user_account set superuser = false where id = ?', [fallen.userId])
  await em.execute('update session set revoked_at = now() where user_id = ?', [out.userId])
  await em.execute('delete from vm where id = ?', [doomed.id])
  await until('the four have ended', () => ['leaver', 'fallen', 'gone'].every((name) => streams[name as 'leaver'].isOver) && (streams.out.isOver || streams.out.code !== undefined))
  assert.deepEqual([streams.leaver.code, streams.fallen.code, streams.gone.code], ['NOT_FOUND', 'NOT_FOUND', undefined])
  await writeSample(em, [sampleOf(hostRow.id, [vmRow.id], 4)])
  await until('the last one goes on', () => streams.stays.values.length === 2)
  assert.ok([streams.leaver, streams.fallen, streams.out, streams.gone].every(({ values }) => values.length === 1), 'nobody was told anything more')
})

test('a page with what everything does now costs one statement more, however long it is', async () => {
  const ids = [hostRow.id, ...(await Promise.all(Array.from({ length: 30 }, () => writeHost(api.db.em.fork(), books)))).map(({ id }) => id)].map((id) => encodeId('Host', id))
  const once = async (count: number, fields: string) => (await countStatements(() => superuser.ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Host { name ${fields} } } }`, { ids: ids.slice(0, count) }))).statements
  // Who asks is looked up anew now and then: the least of three is the page's own.
  const statements = async (count: number, fields: string) => Math.min(await once(count, fields), await once(count, fields), await once(count, fields))
  assert.equal(await statements(30, 'usage { busyCpus }') - await statements(30, ''), 1)
  assert.equal(await statements(30, 'usage { busyCpus }'), await statements(2, 'usage { busyCpus }'))
  assert.equal(await statements(30, 'fileSystems { mountPoint }') - await statements(30, ''), 1)
})
