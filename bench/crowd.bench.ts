// One change told to many: from its commit to the last of a thousand, and of five thousand, subscribers.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { encodeId } from '../schema/global-id.ts'
import { startApi } from '../test/support/api.ts'
import type { TestApi } from '../test/support/api.ts'
import { writeBooks, writeHost, writeVm } from '../test/support/books.ts'
import { startTestServer } from '../test/support/db.ts'
import { until } from '../test/support/until.ts'
import { percentiles, show } from './measure.ts'
import type { Bench, Row } from './measure.ts'

/** One change of a VM, from its commit to each of many subscribers, who are 20 users in a process of their own. */
async function crowd(api: TestApi, count: number): Promise<Row> {
  const books = await writeBooks(api.db.em.fork())
  const { id: hostId } = await writeHost(api.db.em.fork(), books)
  const users = await Promise.all(Array.from({ length: 20 }, () => api.user()))
  const workspace = await api.workspace(users.map((user) => ({ user, permissions: [] })))
  const vm = await writeVm(api.db.em.fork(), { ...books, workspaceId: workspace }, hostId)
  const args = { url: `${api.url.replace('http', 'ws')}/graphql`, tokens: users.map(({ token }) => token), count, workspaceId: encodeId('Workspace', workspace) }
  const before = api.hub.subscribers
  const followers = fork(fileURLToPath(new URL('crowd-client.ts', import.meta.url)), [JSON.stringify(args)])
  try {
    await until('all to follow', () => api.hub.subscribers === before + count, 120_000)
    const tookMs: number[] = []
    for (let round = -3; round < 15; round++) {
      const name = `named-${round + 3}`
      const told = once(followers, 'message') as Promise<[{ at: number[] }]>
      await api.db.em.fork().execute('update vm set name = ? where id = ?', [name, vm.id])
      const committedAt = performance.timeOrigin + performance.now()
      const [{ at }] = await told
      if (round >= 0) tookMs.push(...at.map((moment) => Math.max(0, moment - committedAt)))
    }
    const took = percentiles(tookMs)
    return { what: `a committed change to each of ${count.toLocaleString('en')} subscribers of 20 users`, ours: show(took), peer: 'a page that polls each second: 500 ms p50 (by its design)', ratio: `1 / ${Math.max(1, Math.round(500 / took.p50))}`, goal: '<= 200 ms p99 at 5,000' }
  } finally {
    followers.kill()
    await until('all to leave', () => api.hub.subscribers <= before)
  }
}

export const bench: Bench = {
  name: 'One change to many subscribers',
  async rows() {
    const postgres = await startTestServer()
    process.env.KLOUDAK_TEST_SERVER = postgres.url
    const rows: Row[] = []
    for (const count of [1_000, 5_000]) {
      const api = await startApi({ limits: { perAddress: { burst: 1e6, perSecond: 1e6 }, perUser: { burst: 1e6, perSecond: 1e6 } } })
      try { rows.push(await crowd(api, count)) } finally { await api.close() }
    }
    await postgres.stop()
    return rows
  },
}
