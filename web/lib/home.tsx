import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import type { Client } from 'urql'
import { makeClient } from '../client.ts'
import type { HomeQuery } from '../gql/graphql.ts'
import { Home } from './documents.ts'
import { offline, problemOf } from './problem.ts'
import type { Problem } from './problem.ts'
import type { Workspace } from './workspace.tsx'

interface Known { workspaces: Workspace[]; simulated: boolean }
interface HomeState extends Known { reload: () => Promise<void> }
const HomeContext = createContext<HomeState | undefined>(undefined)

/** The workspaces that one may enter, and what holds on every page. */
export function useHome(): HomeState {
  const home = useContext(HomeContext)
  if (!home) throw new Error('Nobody is signed in here')
  return home
}

async function readHome(client: Client): Promise<{ known?: Known; problem?: Problem }> {
  const workspaces: Workspace[] = []
  let home: HomeQuery | undefined
  do {
    const { data, error } = await client.query(Home, { after: home?.workspaces.pageInfo.endCursor ?? null }, { requestPolicy: 'network-only' }).toPromise()
    if (!data) return { problem: error ? problemOf(error) : offline }
    home = data
    workspaces.push(...data.workspaces.edges.map(({ node }) => node))
  } while (home.workspaces.pageInfo.hasNextPage)
  return { known: { workspaces, simulated: home.installation.simulated } }
}

interface HomeProviderProps { children: ReactNode; waiting: ReactNode; failed: (problem: Problem, retry: () => void) => ReactNode }

/** Reads where one may go, once for the whole session, and again when asked to. */
export function HomeProvider({ children, waiting, failed }: HomeProviderProps) {
  const [client] = useState(makeClient)
  const [{ known, problem }, setAnswer] = useState<{ known?: Known; problem?: Problem }>({})
  const reload = useCallback(() => readHome(client).then((answer) => { setAnswer((before) => ({ ...before, ...answer })) }), [client])
  useEffect(() => { void readHome(client).then(setAnswer) }, [client])
  const value = useMemo(() => known && { ...known, reload }, [known, reload])
  if (!value) return problem ? failed(problem, () => { void reload() }) : waiting
  return <Provider value={client}><HomeContext value={value}>{children}</HomeContext></Provider>
}
