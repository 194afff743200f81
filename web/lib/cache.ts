import { cacheExchange } from '@urql/exchange-graphcache'
import type { Cache, Data, UpdatesConfig } from '@urql/exchange-graphcache'
import { gql } from 'urql'
import { possibleTypes } from '../gql/possible-types.ts'
import type { EventsSubscription, HostEventsSubscription } from '../gql/graphql.ts'
import { taskMatches } from './task-matches.ts'

type Change = EventsSubscription['events'] | HostEventsSubscription['events']

/** The root lists and the type that each holds. */
const lists: Record<string, string> = { vms: 'VM', networks: 'Network', affinityGroups: 'AffinityGroup', tasks: 'Task', hosts: 'Host', areas: 'Area', pools: 'Pool', templates: 'Template', instanceTypes: 'InstanceType', drifts: 'Drift' }
const oneOf: Record<string, string> = { VM: 'vm', Network: 'network', Task: 'task', Host: 'host', AffinityGroup: 'node', Area: 'node' }

// An edge is known by its node, so that an event can add one: it has no id of its own.
const edgeTypes = {
  VMEdge: 'VM', NetworkEdge: 'Network', TaskEdge: 'Task', DriftEdge: 'Drift', QueryHostsConnectionEdge: 'Host', QueryAreasConnectionEdge: 'Area', QueryPoolsConnectionEdge: 'Pool',
  QueryAffinityGroupsConnectionEdge: 'AffinityGroup', QueryTemplatesConnectionEdge: 'Template', QueryInstanceTypesConnectionEdge: 'InstanceType',
} as const
const edgeOf = Object.fromEntries(Object.entries(edgeTypes).map(([edge, type]) => [type, edge]))
const edgeKey = (edge: Data) => (edge.node as { id?: string } | null | undefined)?.id ?? null

const embedded = [
  'VMConnection', 'NetworkConnection', 'TaskConnection', 'WorkspaceConnection', 'WorkspaceEdge', 'MemberConnection', 'MemberEdge', 'MemberPermits', 'MemberPermit', 'PageInfo', 'TaskStep', 'TaskError', 'VMAddress', 'HostUsage', 'VlanRange', 'VlanUsage', 'AreaSurvival', 'PlacementPolicy', 'ImageVersion', 'ImageCopy', 'Plan', 'Installation', 'Quota', 'UsageChange',
  'ApiTokenScope', 'SessionGrant', 'AuditEntryConnection', 'AuditEntryEdge', 'HostDifferences', 'HostDifference', 'HostCheck', 'PoolSource', 'PoolHost', 'FenceProof', 'HostDrain', 'DrainStuckVM', 'HostSurvival', 'HostFailover', 'DriftConnection', 'HostAddress', 'HostCpu', 'HostNic', 'HostBond', 'HostBridge', 'UnmanagedVm', 'HostFileSystem', 'HostStats', 'HostSample', 'VMStats', 'VMSample',
  ...['AffinityGroups', 'ApiTokens', 'Areas', 'Hosts', 'Images', 'InstanceTypes', 'Pools', 'Templates', 'Users'].flatMap((name) => [`Query${name}Connection`, `Query${name}ConnectionEdge`]),
]

interface Page { type: string; key: string; args: Record<string, unknown>; edges: string[] }

/** Every page of every list of this type that was read. */
function pagesOf(cache: Cache, type: string): Page[] {
  return cache.inspectFields('Query').flatMap(({ fieldName, fieldKey, arguments: args }) => {
    if (lists[fieldName] !== type) return []
    const key = cache.resolve('Query', fieldKey)
    const edges = typeof key === 'string' ? cache.resolve(key, 'edges') : undefined
    return typeof key === 'string' && Array.isArray(edges) ? [{ type, key, args: args ?? {}, edges: edges as string[] }] : []
  })
}

/** Whether the object belongs on the list. A list is of one workspace, as the stream is; those of tasks have filters, those of a host or an area hold what is there, and what is retired is on some only. */
function belongs(node: NonNullable<Change['node']>, { args }: Page): boolean {
  if (node.__typename === 'VM' && args.hostId != null) return 'host' in node && node.host?.id === args.hostId
  if (args.areaId != null) return 'area' in node && node.area?.id === args.areaId
  if ((node.__typename === 'Area' || node.__typename === 'Template' || node.__typename === 'InstanceType') && 'retiredAt' in node && node.retiredAt !== null) return args.retiredToo === true
  if (node.__typename === 'Drift') return 'resolvedAt' in node && node.host?.id === args.hostId && node.resolvedAt === null
  return node.__typename === 'Task' && 'state' in node ? taskMatches(node, args) : args.objectId == null
}

/** What tells the pages of one list from those of another: all but the place. */
const listOf = ({ args: { after: _after, first: _first, ...filters } }: Page): string => JSON.stringify(filters)

/**
 * Puts it into the first page of each of its lists, unless one of the list's pages has it, and takes it off those that it
 * has left by its change. The event may say `CHANGED` of an object that is new to us: changes that follow each other fast
 * are told of once.
 */
function list(cache: Cache, node: NonNullable<Change['node']>): void {
  const edgeType = edgeOf[node.__typename]
  if (!edgeType) return
  const edge = `${edgeType}:${node.id}`
  const all = pagesOf(cache, node.__typename)
  const pages = all.filter((page) => belongs(node, page))
  for (const { key, edges } of all.filter((page) => !pages.includes(page) && page.edges.includes(edge))) cache.link(key, 'edges', edges.filter((other) => other !== edge))
  for (const first of pages.filter(({ args }) => args.after === undefined || args.after === null)) {
    const same = pages.filter((page) => listOf(page) === listOf(first))
    if (same.some(({ edges }) => edges.includes(edge))) continue
    cache.writeFragment(gql(`fragment _ on ${edgeType} { __typename cursor node { __typename id } }`), { __typename: edgeType, cursor: '', node: { __typename: node.__typename, id: node.id } })
    cache.link(first.key, 'edges', node.__typename === 'Task' ? [edge, ...first.edges] : [...first.edges, edge])
  }
}

function unlist(cache: Cache, type: string, id: string): void {
  const edge = `${edgeOf[type] ?? ''}:${id}`
  for (const { key, edges } of pagesOf(cache, type)) if (edges.includes(edge)) cache.link(key, 'edges', edges.filter((other) => other !== edge))
  const field = oneOf[type]
  if (field) cache.link('Query', field, { id }, null)
}

/** A new task is the last task of its VM, even before the VM itself is told of. */
function linkToVm(cache: Cache, task: NonNullable<Change['node']>): void {
  if (task.__typename !== 'Task' || !('objectType' in task) || task.objectType !== 'VM') return
  const vm = { __typename: 'VM', id: task.objectId }
  const last = cache.resolve(vm, 'lastTask')
  if (last === undefined) return
  const lastAt = typeof last === 'string' ? cache.resolve(last, 'createdAt') : null
  if (typeof lastAt !== 'string' || lastAt <= task.createdAt) cache.link(vm, 'lastTask', `Task:${task.id}`)
}

/** What may be done to a member depends on the others, so that a change of one has all of them read anew. */
function forgetMembers(cache: Cache, workspaceId: string): void {
  const workspace = { __typename: 'Workspace', id: workspaceId }
  for (const { fieldName, arguments: args } of cache.inspectFields(workspace)) if (fieldName === 'members') cache.invalidate(workspace, fieldName, args)
}

/** Who is in what changes with the groups: VMs at which somebody looks read theirs anew. */
function forgetGroupsOfVms(cache: Cache): void {
  for (const { fieldName, arguments: args } of cache.inspectFields('Query')) if (fieldName === 'vm') cache.invalidate({ __typename: 'VM', id: args?.id as string }, 'affinityGroups')
}

/** Nothing tells tenants where a VM is: when one changes or goes, its groups may be kept or not, and are read anew. */
function tellGroups(cache: Cache, vmId: string): void {
  const groups = new Set(pagesOf(cache, 'AffinityGroup').flatMap(({ edges }) => edges.map((edge) => edge.slice(edge.indexOf(':') + 1))))
  for (const { fieldName, arguments: args } of cache.inspectFields('Query')) if (fieldName === 'node') groups.add(args?.id as string)
  for (const id of groups) {
    const group = { __typename: 'AffinityGroup', id }
    const vms = cache.resolve(group, 'vms') as string[] | undefined
    if (vms?.includes(`VM:${vmId}`)) cache.invalidate(group, 'kept')
  }
}

/** Of each host that was told of: whether its loss would be survived. */
type Survival = Map<string, boolean | undefined>

/** What an area survives follows from its hosts, and is read anew when that of one of them has become another. */
function tellArea(cache: Cache, node: NonNullable<Change['node']>, survival: Survival): void {
  if (node.__typename !== 'Host' || !('survivesLoss' in node)) return
  const ok = node.survivesLoss?.ok
  if (survival.has(node.id) && survival.get(node.id) === ok) return
  survival.set(node.id, ok)
  cache.invalidate({ __typename: 'Area', id: node.area.id }, 'survivesLossOf')
}

/** Has what was read of this list read anew, where somebody looks at it. */
function readAnew(cache: Cache, list: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) if (fieldName === list) cache.invalidate('Query', fieldKey)
}

const updatesOf = (survival: Survival): UpdatesConfig => ({
  // Accounts have no stream.
  Mutation: { createUser: (_result, _args, cache) => { readAnew(cache, 'users') } },
  Subscription: {
    // The object itself has been written already: what is left is where it stands.
    events: (result, { workspaceId }, cache) => {
      const { kind, id, type, node } = (result as { events: Change }).events
      if (type === 'Member' && typeof workspaceId === 'string') forgetMembers(cache, workspaceId)
      if (type === 'AffinityGroup') forgetGroupsOfVms(cache)
      if (type === 'VM') tellGroups(cache, id)
      if (kind === 'DELETED') { unlist(cache, type, id); return }
      if (!node) return
      list(cache, node)
      linkToVm(cache, node)
      tellArea(cache, node, survival)
    },
  },
})

/** One object is read from what the lists and events have brought, unless it is known to be gone. */
const known = (type: string) => (_parent: unknown, { id }: { id: string }, cache: Cache) =>
  (cache.resolve('Query', oneOf[type]!, { id }) === null ? null : { __typename: type, id })

/** The normalised cache: every object once, by its id. Whoever shows it shows the same. */
export const makeCache = () => cacheExchange({
  possibleTypes,
  keys: { ...Object.fromEntries(embedded.map((type) => [type, () => null])), ...Object.fromEntries(Object.keys(edgeTypes).map((type) => [type, edgeKey])) },
  resolvers: { Query: { vm: known('VM'), network: known('Network'), task: known('Task'), host: known('Host') } as never },
  updates: updatesOf(new Map()),
})
