// A web server on loopback that serves what a test gives it, and tells how it was asked.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Page = Buffer | ((response: ServerResponse) => void)

export interface Web {
  /** What is served by path; to be changed at will. Everything else is 404. */
  pages: Map<string, Page>
  /** How often each path was asked for. */
  asked: Map<string, number>
  url: (path: string) => string
  close: () => Promise<void>
}

export async function openWeb(): Promise<Web> {
  const pages = new Map<string, Page>()
  const asked = new Map<string, number>()
  const server = createServer(({ url = '/' }, response) => {
    asked.set(url, (asked.get(url) ?? 0) + 1)
    const page = pages.get(url)
    if (page === undefined) response.writeHead(404).end()
    else if (typeof page === 'function') page(response)
    else response.writeHead(200, { 'content-length': page.length }).end(page)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  return {
    pages, asked,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    close: () => new Promise((resolve) => { server.close(() => { resolve() }); server.closeAllConnections() }),
  }
}

export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')
export const sha512 = (content: Uint8Array): string => createHash('sha512').update(content).digest('hex')

/** A raw disk that says nothing but that one can boot from it; each `text` is another content. */
export function rawDisk(text: string, sectors = 8): Buffer {
  const disk = Buffer.alloc(512 * sectors, text)
  disk.set([0x55, 0xaa], 510)
  return disk
}
