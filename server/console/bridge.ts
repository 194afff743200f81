import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Actors } from '../auth/actors.ts'
import { may } from '../auth/authorize.ts'
import { consoleUrlOf, issueConsoleTicket, oldConsoleTicket, spendConsoleTicket } from '../db/queries/console-ticket.ts'
import type { ConsoleGrant } from '../db/queries/console-ticket.ts'
import { vmsByIds } from '../db/queries/vm.ts'
import type { Db } from '../db/orm.ts'
import type { EventHub } from '../events/hub.ts'
import { consoleClosings } from '../model/console.ts'
import type { ConsoleClosing } from '../model/console.ts'
import { consoleAudit } from './audit.ts'
import type { ConsoleCaller } from './audit.ts'
import { dialWorker } from './worker-leg.ts'
import type { WorkerLeg } from './worker-leg.ts'

export interface ConsoleBridgeOptions {
  db: Db
  actors: Pick<Actors, 'now'>
  hub: Pick<EventHub, 'onAccessChange'>
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
  /** Consoles that one user may have open at this server. */
  perUser?: number
  /** A browser that has not answered within this is gone. */
  pingMs?: number
}

interface Open { browser: WebSocket; grant: ConsoleGrant; workspaceId: string; isHeard: boolean; cut: (why: ConsoleClosing) => void }

const path = '/console'
const pasteBytes = 1024 * 1024
/** A browser that does not take its close frame is cut off after this. */
const farewellMs = 500

/**
 * Consoles from the browser to the worker that owns the VM's host (decision 20): the API holds no key of a host and
 * opens nothing there. Whoever loses the right is cut off at once.
 */
export class ConsoleBridge {
  readonly path = path
  readonly #options: Required<ConsoleBridgeOptions>
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: pasteBytes, perMessageDeflate: false })
  readonly #open = new Set<Open>()
  readonly #stopHearing: () => void
  readonly #timer: NodeJS.Timeout

  constructor(options: ConsoleBridgeOptions) {
    this.#options = { perUser: 8, pingMs: 5_000, ...options }
    this.#stopHearing = options.hub.onAccessChange((userId) => { this.#recheck(userId) })
    this.#timer = setInterval(() => { this.#pingAll() }, this.#options.pingMs)
  }

  get open(): number { return this.#open.size }

  /** Takes over the socket of a request for `/console?ticket=`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, caller: ConsoleCaller): void {
    this.#server.handleUpgrade(request, socket, head, (browser) => {
      browser.on('error', () => { browser.terminate() })
      this.#serve(browser, new URLSearchParams(request.url?.split('?')[1]).get('ticket') ?? '', caller).catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'a console could not be opened')
        close(browser, 'unavailable')
      })
    })
  }

  /** Tells every browser that this server is going away; they come back to another. */
  close(): void {
    clearInterval(this.#timer)
    this.#stopHearing()
    for (const browser of this.#server.clients) bidFarewell(browser, 1001)
  }

  async #serve(browser: WebSocket, ticket: string, caller: ConsoleCaller): Promise<void> {
    const { db, actors, perUser, log } = this.#options
    // From now on it is read, but only as fast as the other side takes it.
    const fromBrowser = createWebSocketStream(browser)
    fromBrowser.on('error', () => { browser.terminate() })
    const em = db.em.fork()
    const audit = consoleAudit(em, caller)
    const refuse = async (why: ConsoleClosing) => {
      await audit.refused(why).catch((error: unknown) => { log.warn({ err: error }, 'a refused console could not be recorded') })
      close(browser, why)
    }
    const grant = await spendConsoleTicket(em, 'browser', ticket)
    const about = grant ?? await oldConsoleTicket(em, ticket)
    const [vm] = about ? await vmsByIds(em, [about.vmId]) : []
    audit.about({ grant, kind: about?.kind, vm })
    if (!grant) return refuse('ticketSpent')
    if (!vm) return refuse('gone')
    if ([...this.#open].filter((other) => other.grant.userId === grant.userId).length >= perUser) return refuse('tooMany')

    let worker: WebSocket | undefined
    const open: Open = { browser, grant, workspaceId: vm.workspace, isHeard: true, cut: (why) => { worker?.terminate(); close(browser, why) } }
    // Before the right is looked at: a change of it that comes later finds the console in the list.
    this.#open.add(open)
    browser.on('pong', () => { open.isHeard = true }).once('close', () => { this.#open.delete(open); worker?.close() })
    if (!may(await actors.now(grant.sessionId), 'vm:console', vm.workspace)) return refuse('forbidden')
    const url = await consoleUrlOf(em, grant.vmId)
    if (!url) return refuse('unavailable')
    const dialled = await dialWorker(url, (await issueConsoleTicket(em, 'worker', grant)).ticket)
    if (typeof dialled === 'string') return refuse(dialled)
    worker = dialled.socket
    // No byte passes before it stands in the audit.
    await audit.allowed().catch((error: unknown) => { dialled.socket.terminate(); throw error })
    log.info({ userId: grant.userId, vmId: grant.vmId, kind: grant.kind }, 'a console was opened')
    if (browser.readyState !== browser.OPEN) return worker.terminate()
    join(browser, fromBrowser, dialled)
  }

  #recheck(userId: string | undefined): void {
    for (const open of this.#open) {
      if (userId !== undefined && open.grant.userId !== userId) continue
      this.#options.actors.now(open.grant.sessionId).then(
        (actor) => { if (!may(actor, 'vm:console', open.workspaceId)) open.cut('forbidden') },
        (error: unknown) => { this.#options.log.warn({ err: error }, 'the right to a console could not be checked') },
      )
    }
  }

  #pingAll(): void {
    for (const open of this.#open) {
      if (!open.isHeard) { open.browser.terminate(); continue }
      open.isHeard = false
      open.browser.ping()
    }
  }
}

function close(browser: WebSocket, why: ConsoleClosing): void {
  const { code, reason } = consoleClosings[why]
  bidFarewell(browser, code, reason)
}

function bidFarewell(browser: WebSocket, code: number, reason?: string): void {
  browser.close(code, reason)
  setTimeout(() => { browser.terminate() }, farewellMs).unref()
}

/** Bytes both ways, each side only as fast as the other takes them. */
function join(browser: WebSocket, fromBrowser: Duplex, leg: WorkerLeg): void {
  const { bytes: fromWorker } = leg
  fromWorker.on('error', () => { close(browser, 'unavailable') })
  // `end` comes after the last byte has been handed on; `close` alone would overtake it.
  fromWorker.once('end', () => { close(browser, leg.closeCode === consoleClosings.ended.code ? 'ended' : 'unavailable') })
  fromWorker.pipe(fromBrowser, { end: false })
  fromBrowser.pipe(fromWorker, { end: false })
}
