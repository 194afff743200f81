import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { KloudakError } from '../../server/model/errors.ts'
import { download, headOf } from './download.ts'

const content = Buffer.alloc(300_000, 'an image ')

async function served(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.after(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`
}

const never = new AbortController().signal
const readAll = async (url: string, signal = never, silenceMs?: number) => {
  const { sizeBytes, pieces } = await download(url, signal, silenceMs)
  const read: Uint8Array[] = []
  for await (const piece of pieces) read.push(piece)
  return { sizeBytes, data: Buffer.concat(read) }
}
const refusal = (work: Promise<unknown>) => work.then(() => 'none', ({ code, message }: KloudakError) => `${code}: ${message}`)

suite('reading an image from the web', () => {
  test('all of it, or its head alone, also behind a redirect', async (t) => {
    let asked = 0
    const url = await served(t, (request, response) => {
      asked++
      if (request.url === '/image') { response.writeHead(302, { location: '/moved' }).end(); return }
      response.writeHead(200, { 'content-length': content.length }).end(content)
    })
    const { sizeBytes, data } = await readAll(url)
    assert.equal(sizeBytes, content.length)
    assert.ok(data.equals(content))
    assert.ok(content.subarray(0, 512).equals(await headOf(await download(url, never), 512)))
    assert.ok(content.equals(await headOf(await download(url, never), 10 ** 6)))
    assert.equal(asked, 6)
  })

  test('what the server refuses is told, and what passes by itself is told as that', async (t) => {
    let answer: RequestListener = () => {}
    const url = await served(t, (request, response) => { answer(request, response) })
    const says = (status: number, headers: Record<string, string> = {}) => { answer = (_request, response) => { response.writeHead(status, headers).end('x') } }
    for (const status of [401, 403, 404, 206]) { says(status, { 'content-length': '1' }); assert.match(await refusal(readAll(url)), new RegExp(`^INVALID_INPUT: The server answers ${status}`)) }
    for (const status of [429, 500, 503]) { says(status); assert.match(await refusal(readAll(url)), new RegExp(`^UNAVAILABLE: The server answers ${status}`)) }
    says(200, { 'transfer-encoding': 'chunked' })
    assert.match(await refusal(readAll(url)), /^INVALID_INPUT: .*does not tell the size/)
    says(200, { 'content-encoding': 'gzip', 'content-length': '1' })
    assert.match(await refusal(readAll(url)), /^INVALID_INPUT: .*packs the image/)
    const closed = createServer()
    await new Promise<void>((resolve) => { closed.listen(0, '127.0.0.1', resolve) })
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => { closed.close(resolve) })
    assert.match(await refusal(readAll(`http://127.0.0.1:${port}/image`)), new RegExp(`^UNAVAILABLE: The image cannot be read from 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`))
  })

  test('a server that hangs up or falls silent is not waited for, and a cancel ends the reading', async (t) => {
    let end: 'hang up' | 'silence' = 'hang up'
    const url = await served(t, (_request, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100_000), () => { if (end === 'hang up') response.destroy() })
    })
    assert.match(await refusal(readAll(url)), /^UNAVAILABLE: The image cannot be read from 127/)
    end = 'silence'
    assert.match(await refusal(readAll(url, never, 200)), /^UNAVAILABLE: .*silent for too long/)
    const cancel = new AbortController()
    setTimeout(() => { cancel.abort() }, 100)
    assert.match(await refusal(readAll(url, cancel.signal)), /^CANCELLED/)
  })
})
