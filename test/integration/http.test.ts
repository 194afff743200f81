import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { getIntrospectionQuery } from 'graphql'
import { newId } from '../../server/model/id.ts'
import { Worker } from '../../server/db/entities/infrastructure.ts'
import { useApi } from '../support/api.ts'
import { until } from '../support/until.ts'

const web = mkdtempSync(join(tmpdir(), 'kloudak-web-'))
mkdirSync(join(web, 'assets'))
writeFileSync(join(web, 'index.html'), '<!doctype html><title>Kloudak</title>')
writeFileSync(join(web, 'assets/app-1a2b.js'), 'export {}')
writeFileSync(join(web, 'assets/app-1a2b.js.br'), 'compressed')
writeFileSync(`${web}.secret`, 'outside')
after(() => { for (const path of [web, `${web}.secret`]) rmSync(path, { recursive: true }) })

const api = await useApi({ webFolder: web, limits: { headersTimeoutMs: 500, requestTimeoutMs: 1_000 } })
const user = await api.user()
const codeOf = (answer: { errors: { extensions: { code: string } }[] | undefined }) => answer.errors?.[0]?.extensions.code

/** A request with its path as given: fetch would tidy it. */
function raw(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url)
    request({ hostname, port, path, headers, method }, (response) => {
      let body = ''
      response.on('data', (chunk) => { body += chunk })
      response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body }) })
    }).on('error', reject).end()
  })
}

test('an operation that is too deep, too dear, too long or too large is refused before it runs', async () => {
  const deep = (levels: number) => `{ tasks { edges { node ${'{ vm { lastTask '.repeat(levels)} { id } ${'} }'.repeat(levels)} } } }`
  assert.equal(codeOf(await user.send(deep(3))), undefined)
  assert.match((await user.send(deep(8))).errors![0]!.message, /depth/)
  const wide = `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: viewer { id }`).join(' ')} }`
  assert.equal(codeOf(await user.send(wide)), 'INVALID_INPUT')
  assert.match((await user.send(wide)).errors![0]!.message, /breadth/)
  const dear = `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: workspaces(first: 100) { edges { node { id name createdAt permissions b: id c: id d: id } } }`).join(' ')} }`
  assert.match((await user.send(dear)).errors![0]!.message, /complexity/)
  const long = `{ ${'viewer { id } '.repeat(1_500)} }`
  assert.match((await user.send(long)).errors![0]!.message, /token/)
  const large = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ viewer { id } }', variables: { x: 'x'.repeat(1_100_000) } }) })
  assert.equal(large.status, 413)
  const nested = `{ __schema { types { ${'fields { type { fields { name } '.repeat(3)} ${'} }'.repeat(3)} } } }`
  assert.notEqual((await user.send(nested)).errors, undefined)
})

test('introspection is on', async () => {
  const { data } = await api.anonymous.send<{ __schema: { queryType: { name: string } } }>('{ __schema { queryType { name } types { name fields { name description } } } }')
  assert.equal(data.__schema.queryType.name, 'Query')
})

test('the schema is told once in an answer, whatever the aliases', async () => {
  const refused = [
    '{ a: __schema { queryType { name } } b: __schema { queryType { name } } }',
    '{ __schema { a: types { name } b: types { name } } }',
    '{ __schema { types { ...All } } } fragment All on __Type { a: fields { name } b: fields { name } }',
    `{ ${Array.from({ length: 21 }, (_, n) => `a${n}: __type(name: "VM") { name }`).join(' ')} }`,
  ]
  for (const query of refused) assert.equal(codeOf(await api.anonymous.send(query)), 'INVALID_INPUT', query)
  const { data } = await api.anonymous.send<Record<string, { name: string }>>('{ a: __type(name: "VM") { name } b: __type(name: "Task") { name } }')
  assert.deepEqual(data, { a: { name: 'VM' }, b: { name: 'Task' } })
  assert.equal((await api.anonymous.send(getIntrospectionQuery())).errors, undefined)
})

test('zero bytes, which no text of the database can hold, are refused wherever they stand', async () => {
  const named = 'query ($name: String) { areas(name: $name) { totalCount } }'
  for (const answer of [
    await user.send(named, { name: 'a\0b' }),
    await user.send('{ areas(name: "a\\u0000b") { totalCount } }'),
    await api.anonymous.send('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { username: 'a\0', password: 'b' } }),
  ]) assert.equal(codeOf(answer), 'INVALID_INPUT')
  assert.equal(codeOf(await user.send(named, { name: 'ab' })), undefined)
})

test('a document that cannot be run is refused with a code of ours', async () => {
  assert.equal(codeOf(await user.send('{ nothing }')), 'INVALID_INPUT')
})

test('an error that is not ours is hidden behind the request id, and its cause is in the log', async () => {
  await api.db.em.fork().execute('alter table workspace rename to workspace_hidden')
  try {
    const answer = await user.send('{ workspaces { edges { node { id } } } }', {}, { 'x-request-id': 'trace-me-42' })
    assert.equal(answer.headers.get('x-request-id'), 'trace-me-42')
    assert.equal(codeOf(answer), 'INTERNAL')
    assert.equal(answer.errors![0]!.extensions.requestId, 'trace-me-42')
    assert.doesNotMatch(JSON.stringify(answer), /relation|workspace_hidden|select|stack/)
    const line = api.logged.find(({ msg, requestId }) => msg === 'a request failed inside' && requestId === 'trace-me-42')
    assert.match(JSON.stringify(line), /relation/)
  } finally {
    await api.db.em.fork().execute('alter table workspace_hidden rename to workspace')
  }
})

test('a request id that could break a log is replaced', async () => {
  const { headers } = await raw('/healthz', { 'x-request-id': 'a b"c' })
  assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
})

test('no password and no token is ever logged', async () => {
  await api.anonymous.send('mutation { signIn(input: { username: "x", password: "a very secret phrase" }) { __typename } }')
  await user.send('{ viewer { id } }')
  const text = JSON.stringify(api.logged)
  assert.doesNotMatch(text, /a very secret phrase/)
  assert.equal(text.includes(user.token!), false)
  assert.match(text, /"msg":"answered"/)
})

test('a process is alive at once, and ready once a worker has been seen', async () => {
  assert.equal((await raw('/healthz')).status, 200)
  const before = await raw('/readyz')
  assert.equal(before.status, 503)
  assert.deepEqual(JSON.parse(before.body), { ready: false, database: true, migrations: true, worker: false })
  await api.db.em.fork().insert(Worker, { id: newId() })
  assert.equal((await raw('/readyz')).status, 200)
  await api.db.em.fork().execute("update worker set seen_at = now() - interval '11 seconds'")
  assert.equal((await raw('/readyz')).status, 503)
})

test('the dashboard is served with its own pages, hashed files for ever, and nothing from outside its folder', async () => {
  const page = await raw('/vms/42')
  assert.match(page.body, /<title>Kloudak/)
  assert.equal(page.headers['cache-control'], 'no-cache')
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/)
  assert.doesNotMatch(String(page.headers['content-security-policy']), /unpkg|unsafe-eval/)
  assert.equal((await raw('/vms/42', { 'if-none-match': String(page.headers.etag) })).status, 304)
  const asset = await raw('/assets/app-1a2b.js')
  assert.deepEqual([asset.body, asset.headers['content-type'], asset.headers['cache-control']], ['export {}', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'])
  const compressed = await raw('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br' })
  assert.deepEqual([compressed.body, compressed.headers['content-encoding'], compressed.headers['content-type']], ['compressed', 'br', 'text/javascript; charset=utf-8'])
  assert.equal((await raw('/assets/gone.js')).status, 404)
  const name = web.split('/').at(-1)!
  for (const path of [`/../${name}.secret`, `/%2e%2e/${name}.secret`, `/assets/..%2f..%2f${name}.secret`, '/..%2f..%2fetc/passwd', '/%00', '/%']) {
    const { body } = await raw(path)
    assert.doesNotMatch(body, /outside|root:/, path)
  }
  assert.equal((await raw('/vms', {}, 'DELETE')).status, 404)
})

test('GraphiQL has a policy of its own, on its path only, and neither it nor its policy names another site', async () => {
  const { body, headers } = await raw('/graphql', { accept: 'text/html' })
  assert.match(body, /renderYogaGraphiQL/)
  assert.match(String(headers['content-security-policy']), /script-src 'self' 'unsafe-inline' blob:;/)
  assert.doesNotMatch(String(headers['content-security-policy']), /https?:|unsafe-eval/)
  assert.doesNotMatch(body, /(src|href)=["']?https?:/)
})

test('pages of other sites get nothing done', async () => {
  const foreign = await user.send('mutation { createWorkspace(input: { name: "stolen" }) { __typename } }', {}, { origin: 'https://evil.example' })
  assert.equal(foreign.status, 403)
  const own = await user.send('{ viewer { id } }', {}, { origin: api.url })
  assert.equal(own.status, 200)
  // A form can be posted across sites without asking first, so it is no way to say anything.
  const form = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: 'mutation { signOut(input: {}) { __typename } }' }) })
  assert.ok(form.status >= 400, String(form.status))
  const read = await raw(`/graphql?query=${encodeURIComponent('mutation { signOut(input: {}) { __typename } }')}`, { accept: 'application/json' })
  assert.equal(read.status, 405)
})

test('a client that dribbles its request is cut off', async () => {
  const { hostname, port } = new URL(api.url)
  const slow = connect(Number(port), hostname)
  let answered = ''
  slow.on('data', (chunk) => { answered += chunk })
  slow.on('error', () => {})
  slow.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"que')
  await until('the server ends the connection', () => slow.closed || slow.destroyed || slow.readableEnded, 60_000)
  assert.match(answered, /^HTTP\/1\.1 408/)
})

test('one address and one user have their share, and are told when to come back', async () => {
  const small = await useApi({ limits: { perUser: { burst: 5, perSecond: 0.1 }, perAddress: { burst: 30, perSecond: 0.1 } } })
  const greedy = await small.user()
  const other = await small.user()
  const answers = []
  for (let i = 0; i < 8; i++) answers.push(await greedy.send('{ viewer { id } }'))
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 429, 429, 429])
  assert.equal(codeOf(answers[7]!), 'RATE_LIMITED')
  assert.ok(Number(answers[7]!.headers.get('retry-after')) >= 1)
  assert.equal((await other.send('{ viewer { id } }')).status, 200)
  const statuses = []
  for (let i = 0; i < 30; i++) statuses.push((await fetch(`${small.url}/healthz`)).status)
  assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429])
})
