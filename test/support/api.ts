import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import { Auth } from '../../server/auth/auth.ts'
import { issueAccessToken } from '../../server/auth/access-token.ts'
import { hashPassword } from '../../server/auth/password.ts'
import { openSession } from '../../server/auth/session.ts'
import { bossSender, openBoss } from '../../server/db/boss.ts'
import { Membership, UserAccount, Workspace } from '../../server/db/entities/people.ts'
import type { Db } from '../../server/db/orm.ts'
import { EventHub } from '../../server/events/hub.ts'
import { createHttpServer } from '../../server/http/server.ts'
import type { HttpServerOptions, UpgradeHandler } from '../../server/http/server.ts'
import { newId } from '../../server/model/id.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { createTestDb } from './db.ts'

export const testPassword = 'correct horse battery'
// One hash for all test users: each costs 50 ms.
const testPasswordHash = hashPassword(testPassword)

export interface GraphqlError { message: string; path?: (string | number)[]; extensions: { code: string; [key: string]: unknown } }
export interface Answer<Data> { status: number; headers: Headers; data: Data; errors: GraphqlError[] | undefined }

/** A user who is signed in (or nobody) and sends operations over HTTP or sockets. */
export interface TestClient {
  userId: string
  token: string | undefined
  /** Sends an operation and returns whatever comes. */
  send<Data = never>(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer<Data>>
  /** As `send`, but throws on errors and returns the data. */
  ask<Data = Record<string, never>>(query: string, variables?: object): Promise<Data>
  /** A graphql-ws client; closed at the end of the test file. */
  socket(): Client
}

export interface TestApi {
  url: string
  db: Db
  databaseUrl: string
  masterKey: Buffer
  auth: Auth
  hub: EventHub
  /** What the server logged, one parsed line each. */
  logged: Record<string, unknown>[]
  anonymous: TestClient
  /** Makes a user and signs them in. */
  user(options?: { superuser?: boolean; username?: string; memberships?: Record<string, readonly Permission[]> }): Promise<TestClient>
  /** Makes a workspace with members; returns its id (the database's, not the Relay one). */
  workspace(members?: { user: TestClient; permissions: readonly Permission[] }[], name?: string): Promise<string>
  close(): Promise<void>
}

export interface ApiOptions { limits?: HttpServerOptions['limits']; publicUrl?: string; webFolder?: string; upgrades?: (parts: Pick<TestApi, 'db' | 'auth' | 'hub'>) => UpgradeHandler[] }

/** Starts the API on a port and a database of its own; everything is closed when the file's tests have ended. */
export async function useApi(options: ApiOptions = {}): Promise<TestApi> {
  const api = await startApi(options)
  after(() => api.close())
  return api
}

export async function startApi({ limits, publicUrl, webFolder, upgrades }: ApiOptions = {}): Promise<TestApi> {
  const testDb = await createTestDb()
  const { db } = testDb
  await db.em.fork().execute("insert into installation (id, stream_epoch, mac_prefix) values (?, gen_random_uuid(), '52:54:00') on conflict do nothing", [newId()])
  const logged: Record<string, unknown>[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => { logged.push(JSON.parse(line) as Record<string, unknown>) } })
  const boss = await openBoss({ url: testDb.url, applicationName: 'test-api', onError: () => {}, queues: [sagaQueue], supervise: false })
  const hub = await EventHub.open({ url: testDb.url })
  const masterKey = randomBytes(32)
  const emptyFolder = mkdtempSync(join(tmpdir(), 'kloudak-web-'))
  const auth = new Auth(db, masterKey)
  const http = createHttpServer({
    config: { publicUrl, webFolder: webFolder ?? emptyFolder }, log, db, sender: bossSender(boss), hub, auth, limits, upgrades: upgrades?.({ db, auth, hub }) ?? [],
  })
  const url = `http://127.0.0.1:${await http.listen(0, '127.0.0.1')}`
  const sockets: Client[] = []

  function client(userId: string, token: string | undefined): TestClient {
    const send = async (query: string, variables?: object, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST', body: JSON.stringify({ query, variables }),
        headers: { 'content-type': 'application/json', accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      })
      const text = await response.text()
      const body = JSON.parse(text) as { data: never; errors?: GraphqlError[] }
      return { status: response.status, headers: response.headers, data: body.data, errors: body.errors }
    }
    return {
      userId,
      token,
      send,
      ask: async (query, variables) => {
        const { data, errors } = await send(query, variables)
        if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '))
        return data
      },
      socket: () => {
        const socket = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, connectionParams: { authorization: `Bearer ${token}` } })
        sockets.push(socket)
        return socket
      },
    }
  }

  return {
    url, db, databaseUrl: testDb.url, masterKey, auth, hub, logged,
    anonymous: client('', undefined),
    user: async ({ superuser = false, username = `user-${randomBytes(4).toString('hex')}`, memberships = {} } = {}) => {
      const em = db.em.fork()
      const id = newId()
      await em.insert(UserAccount, { id, username, usernameKey: username.toLowerCase(), passwordHash: await testPasswordHash, superuser })
      for (const [workspace, held] of Object.entries(memberships)) await em.insert(Membership, { id: newId(), workspace, user: id, permissions: [...held] })
      // Not by password: that costs 50 ms, and the tests of sign-in do it.
      const { sessionId } = await openSession(em, masterKey, id)
      const access = await issueAccessToken(auth.keys, { userId: id, sessionId, username, superuser, workspaces: [] })
      return client(id, access.token)
    },
    workspace: async (members = [], name = `team-${randomBytes(4).toString('hex')}`) => {
      const em = db.em.fork()
      const id = newId()
      await em.insert(Workspace, { id, name, nameKey: name.toLowerCase() })
      for (const { user, permissions } of members) await em.insert(Membership, { id: newId(), workspace: id, user: user.userId, permissions: [...permissions] })
      return id
    },
    close: async () => {
      for (const socket of sockets) await socket.dispose()
      await http.close(1_000)
      await hub.close()
      await boss.stop({ graceful: false })
      await testDb.close()
      rmSync(emptyFolder, { recursive: true })
    },
  }
}
