import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { Client, gql, subscriptionExchange } from 'urql'
import type { SubscriptionForwarder } from 'urql'
import { until } from '../../test/support/until.ts'
import { makeCache } from './cache.ts'

const Tasks = gql`query Tasks($states: [TaskState!], $userId: ID, $after: String) { tasks(workspaceId: "w", states: $states, userId: $userId, first: 2, after: $after) { edges { cursor node { id version state method objectId objectType createdAt user { id } } } pageInfo { hasNextPage endCursor } } }`
const Events = gql`subscription Events { events(workspaceId: "w", after: "0") { cursor kind id type version node { __typename id ... on Task { version state method objectId objectType createdAt user { id } } } } }`

const task = (id: string, state: string, userId = 'ada') => ({ __typename: 'Task', id, version: 1, state, method: 'createVm', objectId: 'vm', objectType: 'VM', createdAt: '2026-01-01T00:00:00Z', user: { __typename: 'User', id: userId } })
type Task = ReturnType<typeof task>
interface Filters { states?: string[]; userId?: string }

/** A client over these tasks whose server answers at once, and the stream into it. */
function makeWorld(tasks: Task[]) {
  let asked = 0
  let tell: (node: Task) => void = () => {}
  const server: SubscriptionForwarder = (_request, { kind, variables }) => ({
    subscribe: (sink) => {
      if (kind === 'subscription') {
        tell = (node) => { sink.next({ data: { __typename: 'Subscription', events: { __typename: 'TaskChange', cursor: '1', kind: 'CHANGED', id: node.id, type: 'Task', version: node.version, node } } }) }
        return { unsubscribe: () => {} }
      }
      asked++
      const { states, userId } = variables as Filters
      const found = tasks.filter(({ state, user }) => (!states || states.includes(state)) && (!userId || user.id === userId))
      sink.next({ data: { __typename: 'Query', tasks: { __typename: 'TaskConnection', edges: found.map((node) => ({ __typename: 'TaskEdge', cursor: node.id, node })), pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null } } } })
      sink.complete()
      return { unsubscribe: () => {} }
    },
  })
  const client = new Client({ url: 'http://kloudak.example', preferGetMethod: false, exchanges: [makeCache(), subscriptionExchange({ forwardSubscription: server, enableAllOperations: true })] })
  client.subscription(Events, {}).subscribe(() => {})
  return {
    asked: () => asked,
    tell: (node: Task) => { tell(node) },
    follow: (filters: Filters) => {
      let ids: string[] = []
      client.query(Tasks, { ...filters, after: null }).subscribe(({ data }) => { ids = (data as { tasks: { edges: { node: Task }[] } }).tasks.edges.map(({ node }) => node.id) })
      return () => ids
    },
  }
}

const shows = (what: string, lists: (() => string[])[], expected: string[][]) => until(`${what}: ${JSON.stringify(expected)}`, () => isDeepStrictEqual(lists.map((ids) => ids()), expected), 2_000)

test('a task that ends leaves the list of those that run and comes onto the list of those that are done', async () => {
  const world = makeWorld([task('1', 'RUNNING'), task('2', 'DONE')])
  const lists = [world.follow({ states: ['RUNNING'] }), world.follow({ states: ['DONE'] }), world.follow({})]
  await shows('what the server says', lists, [['1'], ['2'], ['1', '2']])
  const asked = world.asked()
  world.tell({ ...task('1', 'DONE'), version: 2 })
  await shows('the task has moved', lists, [[], ['1', '2'], ['1', '2']])
  assert.equal(world.asked(), asked, 'nothing was asked for anew')
})

test('a new task comes onto the lists whose filters it fits, and no others', async () => {
  const world = makeWorld([task('1', 'RUNNING')])
  const lists = [world.follow({ userId: 'ada' }), world.follow({ userId: 'bert' }), world.follow({})]
  await shows('what the server says', lists, [['1'], [], ['1']])
  world.tell(task('2', 'QUEUED', 'bert'))
  await shows('the task has come', lists, [['1'], ['2'], ['2', '1']])
})
