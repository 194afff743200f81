import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerMetrics } from './answer.ts'
import type { Registry } from './registry.ts'

/** Metrics on a port of their own, for a process that serves nothing else. `listen` is `address:port`; port 0 takes a free one. */
export async function listenForMetrics(listen: { address: string; port: number }, registry: Registry, token: string | undefined): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') { response.writeHead(404).end(); return }
    answerMetrics(request, response, registry, { token, isProxied: false }).catch(() => { response.destroy() })
  })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(listen.port, listen.address, resolve) })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => { server.close(() => { resolve() }); server.closeAllConnections() }),
  }
}
