import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import type { ConsoleClosing } from '../model/console.ts'

const dialMs = 10_000
const chunkBytes = 8 * 1024 * 1024

const meanings: Record<number, ConsoleClosing> = { 404: 'gone', 409: 'ended' }

/** `closeCode`: how the worker ended it, once it has. */
export interface WorkerLeg { socket: WebSocket; bytes: Duplex; closeCode: number | undefined }

/** The console at the worker, opened with a ticket of its own; or why there is none. */
export function dialWorker(url: string, ticket: string): Promise<WorkerLeg | ConsoleClosing> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url}/console`, { headers: { authorization: `Ticket ${ticket}` }, handshakeTimeout: dialMs, perMessageDeflate: false, maxPayload: chunkBytes, followRedirects: false })
    // From the beginning: the first bytes can come with the answer to the handshake.
    const bytes = createWebSocketStream(socket)
    bytes.on('error', () => { resolve('unavailable') })
    socket.once('unexpected-response', (request, response) => {
      response.resume()
      request.destroy()
      resolve(meanings[response.statusCode ?? 0] ?? 'unavailable')
    })
    socket.on('error', () => { resolve('unavailable') })
    const leg: WorkerLeg = { socket, bytes, closeCode: undefined }
    socket.once('close', (code) => { leg.closeCode = code })
    socket.once('open', () => { resolve(leg) })
  })
}
