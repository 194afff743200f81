// What a change of one object means for others that the cache holds: groups and their VMs, areas and their hosts.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Client, gql, subscriptionExchange } from 'urql'
import type { SubscriptionForwarder } from 'urql'
import { until } from '../../test/support/until.ts'
import { makeCache } from './cache.ts'

const Events = gql`subscription Events { events(after: "0") { cursor kind id type version node { __typename id ... on VM { version name } ... on AffinityGroup { version name kept vms { id name } } ... on Host { version survivesLoss { ok } area { id } } ... on Area { version name retiredAt } } } }`
const Groups = gql`query Groups { affinityGroups(workspaceId: "w") { edges { cursor node { id version name kept vms { id name } } } } }`
const GroupsOfVm = gql`query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id name } } }`
const Areas = gql`query Areas($retiredToo: Boolean) { areas(retiredToo: $retiredToo) { edges { cursor node { id version name retiredAt survivesLossOf { ok } } } } }`
const AreaHosts = gql`query AreaHosts($areaId: ID) { hosts(areaId: $areaId) { edges { cursor node { id version survivesLoss { ok } area { id } } } } }`

// Without a schema the cache tries every fragment on every node, and says what each lacks while it is not built for production.
mock.method(console, 'warn', () => {})

interface Node { __typename: string; id: string }
const vm = (id: string) => ({ __typename: 'VM', id, version: 1, name: id })
const group = (kept: boolean, ...vms: string[]) => ({ __typename: 'AffinityGroup', id: 'g', version: 1, name: 'g', kept, vms: vms.map(vm) })
const area = (id: string, retiredAt: string | null = null) => ({ __typename: 'Area', id, version: 1, name: id, retiredAt, survivesLossOf: { __typename: 'AreaSurvival', ok: true } })
const host = (id: string, ok: boolean, areaId = 'a') => ({ __typename: 'Host', id, version: 1, survivesLoss: { __typename: 'HostSurvival', ok }, area: { __typename: 'Area', id: areaId } })
const listOf = (connection: string, edge: string, nodes: Node[]) => ({ __typename: connection, edges: nodes.map((node) => ({ __typename: edge, cursor: node.id, node })) })

/** A client whose server answers with what `answers` holds at that moment, by the operation's name, and counts what it is asked. */
function makeWorld(answers: Record<string, () => object>) {
  const asked: string[] = []
  let tell: (change: object) => void = () => {}
  const server: SubscriptionForwarder = ({ query }, { kind }) => ({
    subscribe: (sink) => {
      if (kind === 'subscription') {
        tell = (events) => { sink.next({ data: { __typename: 'Subscription', events: { __typename: 'Event', cursor: '1', version: 2, ...events } } }) }
        return { unsubscribe: () => {} }
      }
      const name = /query (\w+)/.exec(query!)![1]!
      asked.push(name)
      sink.next({ data: { __typename: 'Query', ...answers[name]!() } })
      sink.complete()
      return { unsubscribe: () => {} }
    },
  })
  const client = new Client({ url: 'http://kloudak.example', preferGetMethod: false, exchanges: [makeCache(), subscriptionExchange({ forwardSubscription: server, enableAllOperations: true })] })
  client.subscription(Events, {}).subscribe(() => {})
  return {
    times: (name: string) => asked.filter((one) => one === name).length,
    changed: (node: Node) => { tell({ kind: 'CHANGED', id: node.id, type: node.__typename, node }) },
    deleted: (type: string, id: string) => { tell({ kind: 'DELETED', id, type, node: null }) },
    follow: <Shown>(query: typeof Groups, variables: object, read: (data: never) => Shown): (() => Shown | undefined) => {
      let shown: Shown | undefined
      client.query(query, variables).subscribe(({ data }) => { if (data) shown = read(data as never) })
      return () => shown
    },
  }
}

test('whether a group is kept is asked anew when one of its VMs has changed, and not for other VMs', async () => {
  let kept = true
  const world = makeWorld({ Groups: () => ({ affinityGroups: listOf('QueryAffinityGroupsConnection', 'QueryAffinityGroupsConnectionEdge', [group(kept, 'one', 'two')]) }) })
  const shown = world.follow(Groups, {}, (data: { affinityGroups: { edges: { node: { kept: boolean } }[] } }) => data.affinityGroups.edges[0]!.node.kept)
  await until('the group', () => shown() === true, 2_000)
  world.changed(vm('three'))
  kept = false
  world.changed(vm('two'))
  await until('it is not kept any more', () => shown() === false, 2_000)
  assert.equal(world.times('Groups'), 2)
})

test('a VM that is gone is in no group, and one whose groups have changed asks for them anew', async () => {
  let groups = [{ __typename: 'AffinityGroup', id: 'g', name: 'g' }]
  let members = ['two']
  const world = makeWorld({
    Groups: () => ({ affinityGroups: listOf('QueryAffinityGroupsConnection', 'QueryAffinityGroupsConnectionEdge', [group(true, ...members)]) }),
    GroupsOfVm: () => ({ vm: { __typename: 'VM', id: 'two', affinityGroups: groups } }),
  })
  world.changed(group(true, 'one', 'two'))
  const own = world.follow(GroupsOfVm, { id: 'two' }, (data: { vm: { affinityGroups: { id: string }[] } | null }) => data.vm?.affinityGroups.length)
  await until('the groups of the VM', () => own() === 1, 2_000)
  groups = []
  world.changed(group(true, 'one'))
  await until('it has left its group', () => own() === 0, 2_000)
  const shown = world.follow(Groups, {}, (data: { affinityGroups: { edges: { node: { vms: { id: string }[] } }[] } }) => data.affinityGroups.edges[0]!.node.vms.map(({ id }) => id).join())
  await until('the members of the group', () => shown() === 'two', 2_000)
  members = []
  world.deleted('VM', 'two')
  await until('nobody is left in it', () => shown() === '', 2_000)
})

test('what an area survives is asked anew when that of one of its hosts is another, and only then', async () => {
  const world = makeWorld({ Areas: () => ({ areas: listOf('QueryAreasConnection', 'QueryAreasConnectionEdge', [area('a')]) }) })
  const shown = world.follow(Areas, { retiredToo: true }, (data: { areas: { edges: object[] } }) => data.areas.edges.length)
  await until('the area', () => shown() === 1, 2_000)
  for (const [ok, times] of [[true, 2], [true, 2], [false, 3], [false, 3], [true, 4]] as const) {
    world.changed(host('h', ok))
    await until(`asked ${times} times`, () => world.times('Areas') === times, 2_000)
  }
  assert.equal(world.times('Areas'), 4)
})

test('an area that takes nothing new leaves the lists that want none of them, and a host comes onto that of its area alone', async () => {
  const world = makeWorld({
    Areas: () => ({ areas: listOf('QueryAreasConnection', 'QueryAreasConnectionEdge', [area('a'), area('b')]) }),
    AreaHosts: () => ({ hosts: listOf('QueryHostsConnection', 'QueryHostsConnectionEdge', []) }),
  })
  const names = (data: { areas: { edges: { node: { id: string } }[] } }) => data.areas.edges.map(({ node }) => node.id).join()
  const ids = (data: { hosts: { edges: { node: { id: string } }[] } }) => data.hosts.edges.map(({ node }) => node.id).join()
  const [all, offered] = [world.follow(Areas, { retiredToo: true }, names), world.follow(Areas, { retiredToo: false }, names)]
  const [inA, inB] = [world.follow(AreaHosts, { areaId: 'a' }, ids), world.follow(AreaHosts, { areaId: 'b' }, ids)]
  await until('two areas without hosts', () => [all(), offered(), inA(), inB()].join(' ') === 'a,b a,b  ', 2_000)
  world.changed(area('b', '2026-01-01T00:00:00Z'))
  await until('one of them is left', () => all() === 'a,b' && offered() === 'a', 2_000)
  world.changed(host('h', true, 'b'))
  await until('a host in the other', () => inA() === '' && inB() === 'h', 2_000)
})
