// Read throughput: the same trivial query to our whole server and to a bare yoga with nothing around it, by turns.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createSchema, createYoga } from 'graphql-yoga'
import { pino } from 'pino'
import { createHttpServer } from '../server/http/server.ts'
import { makeLog } from '../server/log.ts'
import { startApi } from '../test/support/api.ts'
import { startTestServer } from '../test/support/db.ts'
import type { Bench, Row } from './measure.ts'

const turns = 6
const turnMs = 1_500
const connections = 32
const hammer = fileURLToPath(new URL('hammer.ts', import.meta.url))
const limits = { perAddress: { burst: 1e9, perSecond: 1e9 }, perUser: { burst: 1e9, perSecond: 1e9 } }

interface Target { url: string; token?: string }
interface Load { perSecond: number; cpuMicroseconds: number }

/** Requests a second, and what one of them took of this process's processors, the client being a process of its own. */
async function load({ url, token }: Target): Promise<Load> {
  const cpu = process.cpuUsage()
  const { stdout } = await promisify(execFile)(process.execPath, [hammer, JSON.stringify({ url, token, body: JSON.stringify({ query: '{ __typename }' }), connections, ms: turnMs })])
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: Number(stdout) / (turnMs / 1_000), cpuMicroseconds: (user + system) / Number(stdout) }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

export const bench: Bench = {
  name: 'Requests',
  async rows() {
    const postgres = await startTestServer()
    process.env.KLOUDAK_TEST_SERVER = postgres.url
    const api = await startApi()
    // A server of its own, whose log goes to a file and not to a test.
    const log = makeLog('bench', 'info', pino.destination('/dev/null'))
    const ours = createHttpServer({ config: { publicUrl: undefined, webFolder: '/' }, log, db: api.db, sender: undefined as never, hub: api.hub, auth: api.auth, limits })
    const url = `http://127.0.0.1:${await ours.listen(0, '127.0.0.1')}/graphql`
    const yoga = createYoga({ schema: createSchema({ typeDefs: 'type Query { nothing: Int }' }), logging: false })
    const bare = createServer((request, response) => { void yoga.handle(request, response) })
    await new Promise<void>((resolve) => { bare.listen(0, '127.0.0.1', resolve) })
    try {
      const { token } = await api.user()
      const targets = {
        bare: { url: `http://127.0.0.1:${(bare.address() as AddressInfo).port}/graphql` },
        anonymous: { url },
        signedIn: { url, token: token! },
      }
      const loads = { bare: [] as Load[], anonymous: [] as Load[], signedIn: [] as Load[] }
      for (let turn = -1; turn < turns; turn++) {
        for (const [name, target] of Object.entries(targets)) {
          const measured = await load(target)
          if (turn >= 0) loads[name as keyof typeof loads].push(measured)
        }
      }
      const middle = (all: Load[]) => ({ perSecond: median(all.map(({ perSecond }) => perSecond)), cpuMicroseconds: median(all.map(({ cpuMicroseconds }) => cpuMicroseconds)) })
      const show = ({ perSecond, cpuMicroseconds }: Load) => `${Math.round(perSecond)}/s, ${Math.round(cpuMicroseconds)} us of a processor each`
      const peer = middle(loads.bare)
      const row = (what: string, ours: Load): Row => ({ what, ours: show(ours), peer: `bare yoga ${show(peer)}`, ratio: `${(ours.perSecond / peer.perSecond).toFixed(2)} of its rate`, goal: '>= 0.9 of its rate' })
      return [row('a trivial query, by nobody', middle(loads.anonymous)), row('the same, signed in: a token, a session and rights to look at', middle(loads.signedIn))]
    } finally {
      bare.close()
      bare.closeAllConnections()
      await ours.close(0)
      await api.close()
      await postgres.stop()
    }
  },
}
