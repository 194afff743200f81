import type { RawData } from 'ws'
import { WebSocket } from 'ws'
import type { Cloud } from './cloud.ts'
import { until } from './until.ts'

/** The serial console of a guest as the dashboard opens it: a ticket from the API, then a socket of raw bytes. */
export interface GuestShell {
  /** Runs a line in the guest's shell and gives what it printed, with its exit code. */
  run(line: string, timeoutMs?: number): Promise<{ output: string; code: number }>
  close(): void
}

export async function openConsole(cloud: Cloud, vmId: string, kind: 'SERIAL' | 'SCREEN'): Promise<WebSocket> {
  const { openConsole: opened } = await cloud.ask<{ openConsole: { path?: string; message?: string } }>('mutation($input: OpenConsoleInput!) { openConsole(input: $input) { ... on OpenConsolePayload { path } ... on UserError { message } } }', { input: { vmId, kind } })
  if (!opened.path) throw new Error(opened.message)
  const socket = new WebSocket(`${cloud.url.replace('http', 'ws')}${opened.path}`, { origin: cloud.url })
  await new Promise<void>((resolve, reject) => { socket.once('open', resolve).once('error', reject) })
  return socket
}

/** Opens the serial console and logs in as root. */
export async function openGuestShell(cloud: Cloud, vmId: string, password: string): Promise<GuestShell> {
  const socket = await openConsole(cloud, vmId, 'SERIAL')
  let seen = ''
  socket.on('message', (data: RawData) => { seen += (data as Buffer).toString('latin1') })
  const shown = async (pattern: RegExp, poke: string | undefined, timeoutMs: number) => {
    let poked = -Infinity
    return await until(`the guest to show ${pattern}`, () => {
      if (poke !== undefined && performance.now() - poked > 2_000) { socket.send(Buffer.from(poke)); poked = performance.now() }
      return pattern.exec(seen)
    }, timeoutMs)
  }
  // A prompt for a password is only ever answered once: the name is typed again while the guest still boots.
  await shown(/login: $/, '\r', 180_000)
  seen = ''
  socket.send(Buffer.from('root\r'))
  await shown(/assword: $/, undefined, 60_000)
  socket.send(Buffer.from(`${password}\r`))
  await shown(/[#$] $/, undefined, 60_000)
  let count = 0
  return {
    run: async (line, timeoutMs = 60_000) => {
      const mark = `done${++count}x`
      seen = ''
      // The mark is typed in two halves, so that the echo of the line does not look like its end.
      socket.send(Buffer.from(`${line}; echo "${mark.slice(0, 3)}""${mark.slice(3)}:$?"\r`))
      const [, code] = await shown(new RegExp(`${mark}:(\\d+)`), undefined, timeoutMs)
      return { output: seen.slice(seen.indexOf('\n') + 1, seen.indexOf(`${mark}:`)), code: Number(code) }
    },
    close: () => { socket.close() },
  }
}
