import { consoleClosings, consoleComesBack } from '../../server/model/console.ts'
import type { Problem } from '../lib/problem.ts'
import { restFor } from '../lib/socket.ts'

export type ConsoleState = { kind: 'opening' | 'open' } | { kind: 'waiting' | 'ended'; why: string }

interface ConsoleLink {
  /** Asks for a new ticket: the path of the socket, or why there is none. */
  ask: () => Promise<{ path: string } | { problem: Problem }>
  /** Takes a socket that is being opened; the result lets go of it. */
  attach: (socket: WebSocket) => () => void
  tell: (state: ConsoleState) => void
}

const mendedElsewhere = new Set<string>(['WRONG_STATE', 'FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED'])
const reasonOf = (code: number): string => Object.values(consoleClosings).find((closing) => closing.code === code)?.reason ?? 'The connection was lost.'

/** Resolves with the code that the socket was closed with. */
const closed = (socket: WebSocket, signal: AbortSignal): Promise<number> => new Promise((resolve) => {
  socket.addEventListener('close', ({ code }) => { resolve(code) })
  signal.addEventListener('abort', () => { socket.close(); resolve(1000) })
})

/**
 * Keeps a console open until its end is meant: a lost network, a server or a worker that starts again, a host that comes
 * back. Each connection has a ticket of its own, since a ticket opens once.
 */
export async function keepConsole({ ask, attach, tell }: ConsoleLink, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    if (failures === 0) tell({ kind: 'opening' })
    const answer = await ask()
    if (signal.aborted) return
    if ('problem' in answer && mendedElsewhere.has(answer.problem.code)) { tell({ kind: 'ended', why: answer.problem.message }); return }
    if ('path' in answer) {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${answer.path}`)
      socket.binaryType = 'arraybuffer'
      socket.addEventListener('open', () => { failures = 0; tell({ kind: 'open' }) })
      const detach = attach(socket)
      const code = await closed(socket, signal)
      detach()
      if (signal.aborted) return
      if (!consoleComesBack(code)) { tell({ kind: 'ended', why: reasonOf(code) }); return }
      tell({ kind: 'waiting', why: reasonOf(code) })
    } else tell({ kind: 'waiting', why: answer.problem.message })
    failures++
    await restFor(Math.min(300 * 2 ** Math.min(failures, 4), 4_000))
  }
}
