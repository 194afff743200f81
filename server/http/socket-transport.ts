import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CloseCode, handleProtocols } from 'graphql-ws'
import type { Server } from 'graphql-ws'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Log } from '../log.ts'

const keepAliveMs = 12_000

export interface SocketTransportOptions { log: Log; messageBytes: number }

/**
 * Carries graphql-ws's server over sockets. `send` resolves when the bytes have left for the kernel, so a client that
 * reads slowly is sent one message for each of its operations, and the next event waits in its own bounded queue.
 */
export function makeSocketTransport<Extra>(server: Server<Extra>, extraOf: (socket: WebSocket, request: IncomingMessage) => Extra, { log, messageBytes }: SocketTransportOptions) {
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: messageBytes, perMessageDeflate: false, handleProtocols })

  function carry(socket: WebSocket, request: IncomingMessage): void {
    const fail = (error: unknown) => {
      log.warn({ err: error }, 'a socket failed')
      socket.close(CloseCode.InternalServerError, 'Internal error')
    }
    // ws closes it with the right code by itself: a message too long, a broken frame.
    socket.on('error', (error) => { log.debug({ err: error }, 'a socket was misused') })
    let answered = true
    socket.on('pong', () => { answered = true })
    const keepAlive = setInterval(() => {
      if (!answered) { socket.terminate(); return }
      answered = false
      socket.ping()
    }, keepAliveMs)
    const closed = server.opened({
      protocol: socket.protocol,
      send: (data) => new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) resolve()
        else socket.send(data, (error) => { if (error) reject(error); else resolve() })
      }),
      close: (code, reason) => { socket.close(code, reason) },
      onMessage: (handle) => { socket.on('message', (data: Buffer) => { handle(data.toString()).catch(fail) }) },
    }, extraOf(socket, request))
    socket.once('close', (code: number, reason: Buffer) => {
      clearInterval(keepAlive)
      closed(code, reason.toString()).catch((error: unknown) => { log.warn({ err: error }, 'a socket did not end cleanly') })
    })
  }

  return {
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      acceptor.handleUpgrade(request, socket, head, (accepted) => { carry(accepted, request) })
    },
    /** Asks all clients to go elsewhere, and cuts those that do not answer within `graceMs`. */
    close: async (graceMs: number) => {
      const open = [...acceptor.clients]
      const gone = open.map((socket) => new Promise<void>((resolve) => { socket.once('close', () => { resolve() }) }))
      for (const socket of open) socket.close(1001, 'Going away')
      const timer = setTimeout(() => { for (const socket of open) socket.terminate() }, graceMs)
      await Promise.all(gone)
      clearTimeout(timer)
      acceptor.close()
    },
  }
}
