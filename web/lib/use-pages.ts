import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import type { AnyVariables, Client, TypedDocumentNode } from 'urql'
import { problemOf } from './problem.ts'
import type { Problem } from './problem.ts'

interface Connection<Node> { edges: { node: Node }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
type Edges<Node> = { edges: { node: Node }[] }
type NodeOf<Data> = Data[keyof Data] extends Edges<infer Node> ? Node : NonNullable<Data[keyof Data]> extends infer Owner ? Extract<Owner[keyof Owner], Edges<unknown>> extends Edges<infer Node> ? Node : never : never

/** The one connection of an answer: at its root, or of the object that stands there. */
function connectionOf<Node>(data: object): Connection<Node> {
  const [root] = Object.values(data) as [object | null]
  const found = [root, ...Object.values(root ?? {})].find((value): value is Connection<Node> => typeof value === 'object' && value !== null && 'edges' in value)
  return found ?? { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }
}

type Answers = 'cached' | 'fresh'

interface Known<Node> {
  /** What has been read so far, in the order of the list. */
  nodes: Node[]
  /** Nothing is known yet. */
  loading: boolean
  problem: Problem | undefined
  /** Whether the list goes on behind what was read. */
  more: boolean
}

/** Reads a connection, each page its own cached query, for as long as somebody listens. */
function createPages<Node extends { id: string }>(client: Client, document: TypedDocumentNode<unknown, AnyVariables>, variables: object, whole: boolean, answers: Answers) {
  let pages: Connection<Node>[] = []
  let known: Known<Node> = { nodes: [], loading: true, problem: undefined, more: false }
  let wanted = 1
  let stops: (() => void)[] = []
  const listeners = new Set<() => void>()

  function tell(problem: Problem | undefined): void {
    // A row may stand on two pages while pages move against each other.
    const nodes = new Map(pages.flatMap(({ edges }) => edges.map(({ node }) => [node.id, node])))
    known = { nodes: [...nodes.values()], loading: pages.length === 0 && problem === undefined, problem, more: pages.at(-1)?.pageInfo.hasNextPage ?? false }
    for (const listener of listeners) listener()
  }
  function readOn(): void {
    const last = pages.at(-1)
    if (last?.pageInfo.hasNextPage && stops.length === pages.length && (whole || pages.length < wanted)) read(pages.length, last.pageInfo.endCursor)
  }
  function read(index: number, after: string | null): void {
    let stopped = false
    stops[index] = () => { stopped = true }
    const subscription = client.query(document, { ...variables, after }, { requestPolicy: answers === 'fresh' ? 'network-only' : 'cache-first' }).subscribe(({ data, error }) => {
      if (stopped) return
      if (data) pages[index] = connectionOf(data)
      tell(error && problemOf(error))
      readOn()
    })
    stops[index] = () => { stopped = true; subscription.unsubscribe() }
  }
  function leave(): void {
    for (const stop of stops) stop()
    stops = []
    pages = []
  }
  return {
    get: () => known,
    reread: () => { leave(); wanted = 1; read(0, null) },
    loadMore: () => { wanted = pages.length + 1; readOn() },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      if (listeners.size === 1) read(0, null)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) leave()
      }
    },
  }
}

/**
 * A list read page by page. A change re-reads the page that it is on and no other, so thousands of rows stay cheap. With
 * `whole` it reads on by itself to the end. What no stream keeps true is asked for as `fresh`. The document asks for one connection that takes `after`, at its root or of one object.
 */
export function usePages<Data, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>, variables: Omit<Variables, 'after'>, { whole = true, answers = 'cached' }: { whole?: boolean; answers?: Answers } = {}): Known<NodeOf<Data> & { id: string }> & { loadMore: () => void; reread: () => void } {
  const client = useClient()
  const key = JSON.stringify(variables)
  const pages = useMemo(() => createPages<NodeOf<Data> & { id: string }>(client, document as never, JSON.parse(key) as object, whole, answers), [client, document, key, whole, answers])
  return { ...useSyncExternalStore(pages.subscribe, pages.get), loadMore: pages.loadMore, reread: pages.reread }
}
