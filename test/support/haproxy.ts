// HAProxy with the configuration that deploy/ has for everybody, before servers of a test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const config = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

export interface Proxy { url: string; output(): string; close(): Promise<void> }

/** Started and in use: it has found a server that is ready. */
export async function startHaproxy([first, second]: readonly [string, string]): Promise<Proxy> {
  const port = await freePort()
  const env = { PATH: process.env.PATH, KLOUDAK_BIND: `127.0.0.1:${port}`, KLOUDAK_SERVER_1: new URL(first).host, KLOUDAK_SERVER_2: new URL(second).host }
  const child = spawn('/usr/sbin/haproxy', ['-db', '-f', config], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const url = `http://127.0.0.1:${port}`
  await until('HAProxy to answer', async () => {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}: ${output}`)
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok
  })
  return { url, output: () => output, close: async () => { const ended = once(child, 'exit'); child.kill('SIGTERM'); await ended } }
}
