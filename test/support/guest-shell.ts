import type { RawData } from 'ws'
import { WebSocket } from 'ws'
import type { Cloud } from './cloud.ts'
import { until } from './until.ts'

/** The serial console of a guest as the dashboard opens it: a ticket from the API, then a socket of raw bytes. */
export interface GuestShell {
  /** Runs a line in the guest's shell and gives what the console showed, the line's echo included, and its exit code. */
  run(line: string, timeoutMs?: number): Promise<{ output: string; code: number }>
  close(): void
}

export interface Console {
  /** All bytes so far, one character each. */
  seen(): string
  forget(): void
  send(text: string): void
  close(): void
  /** Resolves once the socket is closed, by whomever. */
  closed: Promise<void>
}

/** The console listens from before the socket opens: a screen's banner comes in the same packet as the handshake. */
export async function openConsole(cloud: Pick<Cloud, 'ask' | 'url'>, vmId: string, kind: 'SERIAL' | 'SCREEN'): Promise<Console> {
  const { openConsole: opened } = await cloud.ask<{ openConsole: { path?: string; message?: string } }>('mutation($input: OpenConsoleInput!) { openConsole(input: $input) { ... on OpenConsolePayload { path } ... on UserError { message } } }', { input: { vmId, kind } })
  if (!opened.path) throw new Error(opened.message)
  const socket = new WebSocket(`${cloud.url.replace('http', 'ws')}${opened.path}`, { origin: cloud.url })
  let seen = ''
  socket.on('message', (data: RawData) => { seen += (data as Buffer).toString('latin1') })
  const closed = new Promise<void>((resolve) => { socket.once('close', () => resolve()) })
  await new Promise<void>((resolve, reject) => { socket.once('open', resolve).once('error', reject) })
  return { seen: () => seen, forget: () => { seen = '' }, send: (text) => { socket.send(Buffer.from(text)) }, close: () => { socket.close() }, closed }
}

/** Opens the serial console and logs in as root; `loggedIn`: finds the shell of before. */
export async function openGuestShell(cloud: Pick<Cloud, 'ask' | 'url'>, vmId: string, password: string, { loggedIn = false } = {}): Promise<GuestShell> {
  const console = await openConsole(cloud, vmId, 'SERIAL')
  const shown = async (pattern: RegExp, poke: string | undefined, timeoutMs: number) => {
    let poked = -Infinity
    return await until(`the guest to show ${pattern}`, () => {
      if (poke !== undefined && performance.now() - poked > 2_000) { console.send(poke); poked = performance.now() }
      return pattern.exec(console.seen())
    }, timeoutMs).catch((error: Error) => { throw new Error(`${error.message}; the console showed ${JSON.stringify(console.seen().slice(-300))}`) })
  }
  if (!loggedIn) {
    // A prompt for a password is only ever answered once: the name is typed again while the guest still boots.
    await shown(/login: /, '\r', 180_000)
    console.forget()
    console.send('root\r')
    await shown(/assword: /, undefined, 60_000)
    console.send(`${password}\r`)
  }
  // The shell asks the terminal where its cursor is; a bare pipe need not answer.
  await shown(/[#$] /, loggedIn ? '\r' : undefined, 60_000)
  let count = 0
  return {
    run: async (line, timeoutMs = 60_000) => {
      const mark = `done${++count}x`
      console.forget()
      // The mark is typed in two halves, so that the echo of the line does not look like its end.
      console.send(`${line}; echo "${mark.slice(0, 3)}""${mark.slice(3)}:$?"\r`)
      const [, code] = await shown(new RegExp(`${mark}:(\\d+)`), undefined, timeoutMs)
      return { output: console.seen().slice(0, console.seen().indexOf(`${mark}:`)), code: Number(code) }
    },
    close: () => { console.close() },
  }
}
