import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { TestApi, TestClient } from './api.ts'
import { until } from './until.ts'
import { startProgram } from './worker.ts'

/** More servers, as processes, on the database of this API. They take its tokens. Ended with the file's tests. */
export async function useServers({ databaseUrl, masterKey }: TestApi, count: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-key-'))
  writeFileSync(join(folder, 'key'), masterKey.toString('base64'), { mode: 0o600 })
  const servers = Array.from({ length: count }, () => startProgram('server/main.ts', [], { DATABASE_URL: databaseUrl, KLOUDAK_MASTER_KEY_FILE: join(folder, 'key'), PORT: '0' }))
  after(async () => {
    for (const { child } of servers) child.kill('SIGTERM')
    for (const { ended } of servers) await ended
    rmSync(folder, { recursive: true, force: true })
  })
  return Promise.all(servers.map(async ({ output }) => {
    await until('the server to be ready', () => output().includes('"msg":"ready"'), 60_000)
    return `http://127.0.0.1:${/"port":(\d+)/.exec(output())![1]}`
  }))
}

/** The same user, asking that server. */
export function at(client: TestClient, url: string): TestClient {
  return {
    ...client,
    send: async (query, variables, headers = {}) => {
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}`, ...headers }, body: JSON.stringify({ query, variables }) })
      const body = await response.json() as { data: never; errors?: never }
      return { status: response.status, headers: response.headers, data: body.data, errors: body.errors }
    },
  }
}
