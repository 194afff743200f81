import { print } from 'graphql'
import type { TypedDocumentNode } from 'urql'
import { Entrance, RefreshSession, SignIn, SignOut, SignUp } from './documents.ts'
import { isProblem, offline, problemOfErrors } from './problem.ts'
import type { Problem } from './problem.ts'
import { createStore } from './store.ts'

export interface Viewer { id: string; username: string; superuser: boolean }
interface Grant { accessToken: string; accessTokenExpiresAt: string; user: Viewer }

/** Who is signed in: not known until the cookie has been tried, then somebody or nobody. */
export type SessionState = { kind: 'unknown' } | { kind: 'out' } | { kind: 'in'; viewer: Viewer }
export const sessionStore = createStore<SessionState>({ kind: 'unknown' })

// The access token lives in memory alone; the refresh token in a cookie that no script can read.
let access: { token: string; expiresAtMs: number } | undefined
const spareMs = 20_000

function take({ accessToken, accessTokenExpiresAt, user }: Grant): void {
  access = { token: accessToken, expiresAtMs: Date.parse(accessTokenExpiresAt) }
  const now = sessionStore.get()
  if (now.kind !== 'in' || now.viewer.id !== user.id) sessionStore.set({ kind: 'in', viewer: user })
}

function leave(): void {
  access = undefined
  sessionStore.set({ kind: 'out' })
}

/** One operation outside of the cache. Resolves with its data; rejects with a Problem. */
async function post<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...(access ? { authorization: `Bearer ${access.token}` } : {}) },
    body: JSON.stringify({ query: print(document), variables }),
  }).catch(() => undefined)
  const body = await response?.json().catch(() => undefined) as { data?: Data; errors?: { message: string; extensions?: Record<string, unknown> }[] } | undefined
  if (!body) throw offline
  if (body.errors) throw problemOfErrors(body.errors)
  return body.data!
}

/** Rejects with a Problem. */
export async function signIn(username: string, password: string): Promise<void> {
  const { signIn: answer } = await post(SignIn, { input: { username, password, cookie: true } })
  if (isProblem(answer)) throw answer
  if (answer.__typename === 'SignInPayload') take(answer.session)
}

/** Rejects with a Problem. */
export async function signUp(account: { username: string; email: string; password: string }): Promise<void> {
  const { signUp: answer } = await post(SignUp, { input: { ...account, cookie: true } })
  if (isProblem(answer)) throw answer
  if (answer.__typename === 'SignUpPayload') take(answer.session)
}

/** Whether strangers may make accounts; no when the server cannot tell. */
export const isSignUpOpen = (): Promise<boolean> => post(Entrance, {}).then(({ installation }) => installation.signUpOpen, () => false)

export async function signOut(): Promise<void> {
  // Signed out here even when the server cannot be told.
  await post(SignOut, { everywhere: false }).catch(() => undefined)
  leave()
}

/** Ends all sessions, this one too. Rejects with a Problem, still signed in, when the server did not do it. */
export async function signOutEverywhere(): Promise<void> {
  if (endsSoon()) await refresh()
  const { signOut: answer } = await post(SignOut, { everywhere: true })
  if (isProblem(answer)) throw answer
  leave()
}

// A refresh token works once, and all tabs share the cookie: they take turns.
const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => ('locks' in navigator ? navigator.locks.request('kloudak-session', work) : work())

let refreshing: Promise<void> | undefined

/** New tokens for the cookie. Resolves when signed out too; rejects with a Problem when the server cannot tell. */
export function refresh(): Promise<void> {
  refreshing ??= inTurn(async () => {
    access = undefined
    try {
      const { refreshSession: answer } = await post(RefreshSession, {})
      if (answer.__typename === 'RefreshSessionPayload') take(answer.session)
      else leave()
    } catch (error) {
      if ((error as Problem).code !== 'UNAUTHENTICATED') throw error
      leave()
    }
  }).finally(() => { refreshing = undefined })
  return refreshing
}

export const accessToken = (): string | undefined => access?.token
export const endsSoon = (): boolean => access === undefined || access.expiresAtMs - Date.now() < spareMs

/** A token that is good for a while; undefined when nobody is signed in. */
export async function freshToken(): Promise<string | undefined> {
  if (endsSoon()) await refresh()
  return access?.token
}
