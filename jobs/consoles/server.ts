import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { consoleTarget, spendConsoleTicket } from '../../server/db/queries/console-ticket.ts'
import type { Db } from '../../server/db/orm.ts'
import { consoleClosings } from '../../server/model/console.ts'
import { asKloudakError, KloudakError } from '../../server/model/errors.ts'
import type { ErrorCode } from '../../server/model/errors.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import { SerialLines } from './serial.ts'

export interface ConsoleServerOptions {
  /** Address to listen on; the port is any free one. */
  listen: string
  db: Db
  sessions: HostSessions
  workerId: string
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

export interface ConsoleServer {
  /** For the worker's row: where the API finds it. */
  url: string
  close(): Promise<void>
}

const openMs = 8_000
const statuses: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, NOT_FOUND: 404, WRONG_STATE: 409 }

/**
 * Where the API fetches consoles of the hosts that this worker owns. Whoever connects must hold a worker ticket, which
 * opens one console once. Bytes travel in the clear: beyond loopback the network between API and workers must be trusted.
 */
export async function startConsoleServer({ listen, db, sessions, workerId, log }: ConsoleServerOptions): Promise<ConsoleServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false })
  const serial = new SerialLines()

  /** Opens the console first, so that a refusal is told as an HTTP status. */
  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const em = db.em.fork()
    const ticket = /^Ticket ([\w-]{1,64})$/.exec(request.headers.authorization ?? '')?.[1]
    const grant = ticket === undefined ? undefined : await spendConsoleTicket(em, 'worker', ticket)
    if (!grant) throw new KloudakError('UNAUTHENTICATED', 'The ticket is not good.')
    const target = await consoleTarget(em, grant.vmId)
    if (!target) throw new KloudakError('NOT_FOUND', 'There is no such VM.')
    const owned = await em.execute('select 1 from host_lease where host_id = ? and worker_id = ?', [target.hostId, workerId])
    if (owned.length === 0) throw new KloudakError('UNAVAILABLE', 'Another worker owns the host by now.')
    const driver = await sessions.hypervisor(target.hostId, { beforeCall: () => {}, timeoutMs: openMs })
    const attach = grant.kind === 'serial'
      ? await serial.join(target.domainUuid, () => driver.openSerial(target.domainUuid))
      : attachScreen(await driver.openScreen(target.domainUuid))
    if (socket.destroyed) return attach(undefined)
    sockets.handleUpgrade(request, socket, head, (viewer) => {
      viewer.on('error', () => { viewer.terminate() })
      attach(viewer)
    })
  }

  const server = createServer((_request, response) => { response.writeHead(404).end() })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => { socket.destroy() })
    open(request, socket, head).catch((thrown: unknown) => {
      const error = asKloudakError(thrown)
      if (error.code !== 'WRONG_STATE') log.warn({ err: thrown }, 'a console was refused')
      socket.end(`HTTP/1.1 ${statuses[error.code] ?? 503} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    })
  })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(0, listen, () => { server.off('error', reject); resolve() }) })
  const { port } = server.address() as AddressInfo
  return {
    url: `ws://${reachable(listen)}:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => { server.close(() => { resolve() }) })
      for (const viewer of sockets.clients) viewer.terminate()
      serial.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** What a caller can say for the address that is listened on; for all of them, this machine's name. */
function reachable(listen: string): string {
  if (listen === '0.0.0.0' || listen === '::') return hostname()
  return listen.includes(':') ? `[${listen}]` : listen
}

/** One viewer and its own connection to the screen; without a viewer it is let go. */
function attachScreen(screen: Duplex): (viewer: WebSocket | undefined) => void {
  return (viewer) => {
    if (!viewer) { screen.destroy(); return }
    const fromViewer = createWebSocketStream(viewer)
    const { code, reason } = consoleClosings.ended
    fromViewer.on('error', () => { screen.destroy() })
    screen.on('error', () => { viewer.close(consoleClosings.unavailable.code) })
    screen.once('end', () => { viewer.close(code, reason) })
    viewer.once('close', () => { screen.destroy() })
    screen.pipe(fromViewer, { end: false })
    fromViewer.pipe(screen)
  }
}
