import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.map': 'application/json', '.txt': 'text/plain; charset=utf-8',
}

const encodings = [['br', '.br'], ['gzip', '.gz']] as const

/**
 * Serves the built dashboard. Files under `assets/` carry their hash in their name and are kept for ever; a path that is
 * no file is one of the dashboard's own pages and gets `index.html`. What the build compressed beforehand is sent so.
 */
export function makeStatic(folder: string): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  const root = resolve(folder)

  async function find(path: string): Promise<string | undefined> {
    const file = normalize(join(root, path))
    if (file !== root && !file.startsWith(root + sep)) return undefined
    return (await stat(file).catch(() => undefined))?.isFile() ? file : undefined
  }

  return async (request, response, path) => {
    const decoded = decode(path)
    const asset = decoded === undefined || decoded === '/' ? undefined : await find(decoded)
    const isPage = decoded !== undefined && !decoded.startsWith('/assets/') && extname(decoded) === ''
    const file = asset ?? (isPage || decoded === '/index.html' ? await find('/index.html') : undefined)
    if (!file) { response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n'); return }
    const accepted = request.headers['accept-encoding']?.toString() ?? ''
    const encoding = await firstAsync(encodings, async ([name, suffix]) => accepted.includes(name) && (await stat(file + suffix).catch(() => undefined))?.isFile() === true)
    const sent = file + (encoding?.[1] ?? '')
    const { size, mtimeMs } = await stat(sent)
    const tag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    response.setHeader('cache-control', asset && decoded!.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    response.setHeader('etag', tag)
    response.setHeader('vary', 'accept-encoding')
    if (encoding) response.setHeader('content-encoding', encoding[0])
    if (request.headers['if-none-match'] === tag) { response.writeHead(304).end(); return }
    response.setHeader('content-length', size)
    response.writeHead(200)
    if (request.method === 'HEAD') response.end()
    else await pipeline(createReadStream(sent), response)
  }
}

function decode(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}

async function firstAsync<Value>(values: readonly Value[], test: (value: Value) => Promise<boolean>): Promise<Value | undefined> {
  for (const value of values) if (await test(value)) return value
  return undefined
}
