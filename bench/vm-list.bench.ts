// (b) A page of VMs with all that stands around them out of 25,000, through the schema, beside one hand-written SQL
// statement that answers the same as JSON.
import { execute, parse, validate } from 'graphql'
import { pino } from 'pino'
import { makeContext } from '../schema/context.ts'
import type { Context } from '../schema/context.ts'
import { schema } from '../schema/index.ts'
import { makeManyVms } from '../test/support/many-vms.ts'
import { createTestDb, startTestServer } from '../test/support/db.ts'
import { ms, show, timeBoth } from './measure.ts'
import type { Bench } from './measure.ts'

const total = 25_000
const page = 100

const document = `query ($first: Int!, $after: String) { vms(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { node {
  id name status memoryBytes host { name } template { name } lastTask { state }
  interfaces { mac network { name } addresses { ip } } } } } }`

const byHand = `
  select jsonb_agg(to_jsonb(page) order by page.id) as answer from (
    select vm.id, vm.name, vm.phase, vm.observed_power, vm.memory_bytes, host.name as host, template.name as template,
      (select t.state from task t where t.object_id = vm.id order by t.id desc limit 1) as last_task,
      (select jsonb_agg(jsonb_build_object('mac', i.mac, 'network', n.name, 'addresses', (select jsonb_agg(host(a.ip)) from address a where a.interface_id = i.id and a.released_at is null)))
        from vm_interface i join network n on n.id = i.network_id where i.vm_id = vm.id) as interfaces
    from vm join host on host.id = vm.host_id join template on template.id = vm.template_id
    where vm.id > ? order by vm.id limit ${page}) page`

interface Page { vms: { pageInfo: { hasNextPage: boolean; endCursor: string }; edges: unknown[] } }

export const bench: Bench = {
  name: `A list of ${total.toLocaleString('en')} VMs`,
  async rows() {
    const server = await startTestServer()
    process.env.KLOUDAK_TEST_SERVER = server.url
    const own = await createTestDb()
    const { db } = own
    try {
      const { superuser, ids } = await makeManyVms(db, total)
      const contextParts = { ...superuser, db, log: pino({ level: 'silent' }) } as unknown as Omit<Context, 'em'>
      // As the server does: it keeps the documents that it has parsed and checked.
      const parsed = parse(document)
      if (validate(schema, parsed).length > 0) throw new Error('the document is not valid')
      const ask = async (after: string | null): Promise<Page['vms']> => {
        const { data, errors } = await execute({ schema, document: parsed, variableValues: { first: page, after }, contextValue: makeContext(contextParts) })
        if (errors || !data) throw new Error(JSON.stringify(errors))
        return (data as unknown as Page).vms
      }
      const pages = Math.floor(total / page)
      // Both begin their page behind the same VM, here the one way and there the other.
      const cursorOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
      const startOf = (round: number) => ids[((round + pages) % (pages - 1)) * page]!
      const [ours, hand] = await timeBoth((round) => ask(cursorOf(startOf(round))), (round) => db.em.fork().execute(byHand, [startOf(round)]), { rounds: 400, warmUp: 100 })

      const started = performance.now()
      let seen = 0
      for (let after: string | null = null, more = true; more;) {
        const { edges, pageInfo } = await ask(after)
        seen += edges.length
        after = pageInfo.endCursor
        more = pageInfo.hasNextPage
      }
      const wholeMs = performance.now() - started
      if (seen !== total) throw new Error(`saw ${seen} of ${total} VMs`)
      return [
        { what: `a page of ${page}, with host, template, networks, addresses, last task`, ours: show(ours), peer: `one SQL statement ${show(hand)}`, ratio: (ours.p50 / hand.p50).toFixed(2), goal: '<= 15 ms p50, <= 50 ms p99; <= 1.5 x the statement' },
        { what: `all ${total.toLocaleString('en')}, page by page`, ours: ms(wholeMs), peer: '-', ratio: '-', goal: '<= 1.5 s' },
      ]
    } finally {
      await own.close()
      await server.stop()
    }
  },
}
