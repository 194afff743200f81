// What Prometheus reads: as it wants to have it, by those who may, and true.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeWorkerMetrics } from '../../jobs/metrics.ts'
import { encodeId } from '../../schema/global-id.ts'
import { writeFileSystems } from '../../server/db/queries/host-file-systems.ts'
import { mayReadMetrics } from '../../server/metrics/answer.ts'
import { listenForMetrics } from '../../server/metrics/listen.ts'
import { startApi, useApi } from '../support/api.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { promtoolSays } from '../support/promtool.ts'
import { sampleOf, writeSample } from '../support/stats.ts'
import { until } from '../support/until.ts'

const api = await useApi()
const em = api.db.em.fork()
const books = await writeBooks(em)

const read = async (url = api.url, headers: Record<string, string> = {}) => { const response = await fetch(`${url}/metrics`, { headers }); return { status: response.status, type: response.headers.get('content-type'), text: await response.text() } }
/** The value of `name{labels}`, its labels as they stand. */
const valueOf = (text: string, series: string) => { const line = text.split('\n').find((one) => one.startsWith(`${series} `)); return line === undefined ? undefined : Number(line.slice(series.length + 1)) }

test('a server tells what promtool is content with', async () => {
  const host = await writeHost(em, books)
  await writeVm(em, books, host.id, { power: 'running' })
  await em.execute("insert into pool (id, area_id, name, path, capacity_bytes, available_bytes) values (gen_random_uuid(), ?, 'a \"pool\" \\ with\nlines', '/pool', 1000, 400)", [books.areaId])
  await writeSample(em, [sampleOf(host.id)])
  await writeFileSystems(em, new Map([[host.id, [{ mountPoint: '/srv/"a"\\b', sizeBytes: 2 ** 50, usedBytes: 4_096 }, { mountPoint: '/', sizeBytes: 1_000, usedBytes: 0 }]]]))
  const superuser = await api.user({ superuser: true })
  await superuser.ask('{ viewer { id } }')
  await superuser.send('mutation { nothing }')
  const { status, type, text } = await read()
  assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  assert.equal(promtoolSays(text), '')
  assert.notEqual(promtoolSays(text.replace('# TYPE kloudak_queue_depth gauge', '# TYPE kloudak_queue_depth counter')), '', 'promtool would say so')
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'kloudak_client_sockets', 'kloudak_event_lag_seconds', 'kloudak_stats_sample_age_seconds']) assert.match(text, new RegExp(`^${name} [0-9.e+-]+$`, 'm'))
  assert.ok(!text.includes(host.id) && !/vm="|vm_id/.test(text), 'no series of a single VM, and hosts go by their names')
})

test('the numbers are those of the books', async () => {
  const before = (await read()).text
  const of = (series: string) => valueOf(before, series) ?? 0
  const [up, lost] = [await writeHost(em, books), await writeHost(em, books, { state: 'suspect' })]
  for (const power of ['running', 'running', 'stopped']) await writeVm(em, books, up.id, { power })
  const task = '0198f000-0000-7000-8000-0000000000aa'
  await em.execute("insert into task (id, method, object_type, object_id, object_name, state) values (?, 'createVm', 'vm', ?, 'vm', 'queued')", [task, task])
  await em.execute("insert into saga (id, task_id, name, definition, input, run_after) values (?, ?, 'vm-create', 1, '{}', now() - interval '100 seconds')", [task, task])
  const { text } = await read()
  const grew = (series: string) => (valueOf(text, series) ?? 0) - of(series)
  assert.equal(grew('kloudak_hosts{state="up",duty="service"}'), 1)
  assert.equal(grew('kloudak_hosts{state="suspect",duty="service"}'), 1)
  assert.equal(grew('kloudak_vms{phase="ready",power="running"}'), 2)
  assert.equal(grew('kloudak_vms{phase="ready",power="stopped"}'), 1)
  assert.equal(grew('kloudak_tasks_open{kind="vm-create",state="queued"}'), 1)
  assert.equal(grew('kloudak_queue_depth'), 1)
  assert.equal(grew('kloudak_stats_hosts_without_samples'), 1, 'the new host that is up; of one that is lost nobody expects any')
  assert.ok(valueOf(text, 'kloudak_queue_oldest_age_seconds')! >= 100)
  assert.match(text, /^kloudak_pool_capacity_bytes\{pool="a \\"pool\\" \\\\ with\\nlines",area="[^"]+"\} 1000$/m)
  await em.execute('delete from task where id = ?', [task])
  assert.ok(lost.id)
})

test('a host that is sampled has its loads, and its file systems; one that tells none has neither', async () => {
  const [told, silent, old] = [await writeHost(em, books), await writeHost(em, books), await writeHost(em, books)]
  const silence = sampleOf(silent.id)
  await writeSample(em, [sampleOf(told.id), { ...silence, values: { ...silence.values, load1: null, load5: null, load15: null } }])
  await writeFileSystems(em, new Map([[told.id, [{ mountPoint: '/', sizeBytes: 2 ** 50, usedBytes: 4_096 }]], [old.id, [{ mountPoint: '/', sizeBytes: 2, usedBytes: 1 }]]]))
  await em.execute("update host_file_systems set seen_at = now() - interval '6 minutes' where host_id = ?", [old.id])
  const names = new Map((await em.execute<{ id: string; name: string }[]>('select id, name from host')).map(({ id, name }) => [id, name]))
  const { text } = await read()
  const { values } = sampleOf(told.id)
  for (const key of ['load1', 'load5', 'load15'] as const) assert.equal(valueOf(text, `kloudak_host_${key}{host="${names.get(told.id)}"}`), values[key])
  const ofRoot = (name: string) => valueOf(text, `kloudak_host_file_system_${name}_bytes{host="${names.get(told.id)}",mount_point="/"}`)
  assert.deepEqual([ofRoot('size'), ofRoot('used')], [2 ** 50, 4_096])
  assert.ok(![silent.id, old.id].some((id) => text.includes(`host="${names.get(id)}"`)))
})

test('operations are counted by kind with their time, and what they ended with', async () => {
  const user = await api.user()
  const count = (text: string, kind: string) => valueOf(text, `kloudak_graphql_operation_duration_seconds_count{kind="${kind}"}`) ?? 0
  const before = (await read()).text
  for (let n = 0; n < 3; n++) await user.ask('{ viewer { id } }')
  await user.ask('mutation { updateProfile(input: { email: "a@example.com" }) { __typename } }')
  await user.send('{ hosts { totalCount } }')
  const { text } = await read()
  assert.deepEqual([count(text, 'query') - count(before, 'query'), count(text, 'mutation') - count(before, 'mutation')], [4, 1])
  assert.equal((valueOf(text, 'kloudak_graphql_errors_total{code="FORBIDDEN"}') ?? 0) - (valueOf(before, 'kloudak_graphql_errors_total{code="FORBIDDEN"}') ?? 0), 1)
  const inMost = valueOf(text, 'kloudak_graphql_operation_duration_seconds_bucket{kind="query",le="+Inf"}')
  assert.equal(inMost, count(text, 'query'))
  assert.ok(valueOf(text, 'kloudak_http_responses_total{code="200"}')! > 0)
})

test('open sockets and subscriptions are told', async () => {
  const host = await writeHost(em, books)
  const superuser = await api.user({ superuser: true })
  const before = (await read()).text
  const [socket, ended] = [superuser.socket(), Promise.withResolvers<void>()]
  const stop = socket.subscribe({ query: `subscription { hostStats(hostId: "${encodeId('Host', host.id)}") { at } }` }, { next: () => {}, error: () => {}, complete: () => { ended.resolve() } })
  const grew = (text: string, series: string) => valueOf(text, series)! - valueOf(before, series)!
  await until('it is counted', async () => grew((await read()).text, 'kloudak_subscriptions{of="statistics"}') === 1)
  assert.equal(grew((await read()).text, 'kloudak_client_sockets'), 1)
  stop()
  await ended.promise
  await until('it is gone', async () => grew((await read()).text, 'kloudak_subscriptions{of="statistics"}') === 0)
})

test('without a token only this machine may read, and nobody through a proxy', async () => {
  const ask = (remoteAddress: string, headers: Record<string, string> = {}, isProxied = false) => mayReadMetrics({ headers, socket: { remoteAddress } }, { token: undefined, isProxied })
  for (const own of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.9.1']) assert.equal(ask(own), 'allowed', own)
  for (const other of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '128.0.0.1', '']) assert.equal(ask(other), 'hidden', other)
  for (const header of ['x-forwarded-for', 'forwarded', 'via']) assert.equal(ask('127.0.0.1', { [header]: '127.0.0.1' }), 'hidden', header)
  assert.equal(ask('127.0.0.1', {}, true), 'hidden')
  assert.equal((await read(api.url, { 'x-forwarded-for': '127.0.0.1' })).status, 404)
  const proxied = await startApi({ publicUrl: 'https://cloud.example' })
  after(() => proxied.close())
  assert.equal((await read(proxied.url)).status, 404)
})

test('with a token nobody reads without it, and whoever has it reads from anywhere', async () => {
  const metrics = makeWorkerMetrics({ hosts: () => 3, links: () => 2, tasks: () => 1 })
  const server = await listenForMetrics({ address: '127.0.0.1', port: 0 }, metrics.registry, 'a token of some length')
  after(() => server.close())
  const url = `http://127.0.0.1:${server.port}`
  for (const authorization of [undefined, 'Bearer another token of it', 'a token of some length', 'Bearer ']) assert.equal((await read(url, authorization === undefined ? {} : { authorization })).status, 401)
  assert.equal((await fetch(`${url}/other`, { headers: { authorization: 'Bearer a token of some length' } })).status, 404)
  assert.equal(mayReadMetrics({ headers: { authorization: 'Bearer secret' }, socket: { remoteAddress: '10.0.0.1' } }, { token: 'secret', isProxied: true }), 'allowed')
  // The token of a header has no spaces.
  const other = await listenForMetrics({ address: '127.0.0.1', port: 0 }, metrics.registry, 'a-token-of-some-length')
  after(() => other.close())
  metrics.look('taken', 3)
  metrics.look('failed', 5_000)
  metrics.written(40, 12)
  metrics.taskEnded('vm-create', 'done')
  const { status, text } = await read(`http://127.0.0.1:${other.port}`, { authorization: 'Bearer a-token-of-some-length' })
  assert.equal(status, 200)
  assert.equal(promtoolSays(text), '')
  for (const [series, value] of [['kloudak_worker_hosts', 3], ['kloudak_worker_host_links', 2], ['kloudak_worker_tasks', 1], ['kloudak_stats_failed_looks_total', 1], ['kloudak_stats_samples_total', 40], ['kloudak_stats_look_duration_seconds_count', 1], ['kloudak_stats_look_duration_seconds_bucket{le="0.001"}', 0], ['kloudak_stats_look_duration_seconds_bucket{le="0.005"}', 1], ['kloudak_tasks_ended_total{kind="vm-create",outcome="done"}', 1]] as const) assert.equal(valueOf(text, series), value, series)
})

test('without the database the rest is told, and that something is missing', async () => {
  const other = await startApi()
  after(() => other.close())
  await other.db.em.fork().execute('alter table host_stats_raw rename to elsewhere')
  const { status, text } = await read(other.url)
  assert.equal(status, 200)
  assert.deepEqual([valueOf(text, 'kloudak_metrics_failures_total'), valueOf(text, 'kloudak_queue_depth')], [1, undefined])
  assert.ok(valueOf(text, 'process_resident_memory_bytes')! > 1_000_000)
})
