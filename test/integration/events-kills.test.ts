// A client that follows VMs while its server is killed again and again, as a process, in the middle of telling.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { encodeId } from '../../schema/global-id.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import type { Cloud } from '../support/cloud.ts'
import { startCloud } from '../support/cloud.ts'
import { settledCursor } from '../support/settled-cursor.ts'
import { until } from '../support/until.ts'

const kills = 20
const vmCount = 30

interface Change { cursor: string; id: string; version: number }
const query = 'subscription($workspaceId: ID!, $after: String!) { vmChanged(workspaceId: $workspaceId, after: $after) { cursor id version } }'

suite('a server killed while it tells', { timeout: 170_000 }, () => {
  let cloud: Cloud
  before(async () => { cloud = await startCloud({ workers: 0 }) }, { timeout: 60_000 })
  after(() => cloud.close(), { timeout: 60_000 })

  test(`over ${kills} kills a client that comes back with its last cursor is told each change once`, { timeout: 160_000 }, async (t) => {
    const em = () => cloud.db.em.fork()
    const books = await writeBooks(em())
    const host = await writeHost(em(), books)
    for (let made = 0; made < vmCount; made++) await writeVm(em(), books, host.id, { power: 'running' })
    const workspaceId = encodeId('Workspace', books.workspaceId)

    const told = new Map<string, number[]>()
    let cursor = await settledCursor(cloud.db, async () => (await cloud.ask<{ eventCursor: string }>('{ eventCursor }')).eventCursor)
    const over = new AbortController()
    let connections = 0
    const following = (async () => {
      while (!over.signal.aborted) {
        const client = createClient({ url: `${cloud.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${cloud.token()}` } })
        const stream = client.iterate<{ vmChanged: Change }>({ query, variables: { workspaceId, after: cursor } })
        try {
          connections++
          for await (const { data, errors } of stream) {
            if (errors) throw errors[0]!
            const { id, version } = data!.vmChanged
            told.set(id, [...told.get(id) ?? [], version])
            cursor = data!.vmChanged.cursor
            if (over.signal.aborted) break
          }
        } catch { /* the server died: again, from the last cursor */ }
        await client.dispose()
      }
    })()
    const everybodyAt = (version: number) => told.size === vmCount && [...told.values()].every((versions) => versions.at(-1) === version)

    let cutShort = 0
    for (let kill = 1; kill <= kills; kill++) {
      const version = kill + 1
      // One by one, as a host's events come, with the kill somewhere among them.
      const changing = (async () => {
        for (const { id } of await em().execute<{ id: string }[]>('select id from vm order by id')) await em().execute("update vm set observed_power = case observed_power when 'running' then 'paused' else 'running' end where id = ?", [id])
      })()
      await until('the first to be told', () => [...told.values()].some((versions) => versions.at(-1) === version), 20_000)
      if (!everybodyAt(version)) cutShort++
      await cloud.restartServer()
      await changing
      await until(`every VM to be told at version ${version}`, () => everybodyAt(version), 20_000)
    }
    over.abort()
    await em().execute("update vm set description = 'over'")
    await following

    const expected = Array.from({ length: kills }, (_, index) => index + 2)
    for (const [id, versions] of told) assert.deepEqual(versions.slice(0, kills), expected, id)
    t.diagnostic(`${connections} connections; ${cutShort} kills fell into the middle of telling`)
    assert.ok(cutShort > 0, 'no kill fell into the middle: this has shown nothing')
  })
})
