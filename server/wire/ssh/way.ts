// Whether a host could reach an address: asked by having its sshd try, where nothing else may be run there.
import type { SshConnection } from './connection.ts'
import { SshChannelRefusedError } from './errors.ts'

/** RFC 863: hardly anybody serves it, and who does throws away what comes. Nothing is sent. */
const discardPort = 9
const waitMs = 3_000
/** The host's kernel tries for two minutes, and until then its sshd keeps the channel. */
const longestMs = 150_000

/** RFC 4254, 5.1. */
const connectFailed = 2
const refused = 'Connection refused'
/**
 * That of which no other answer can come. Failures of every kind have one number, so that sshd's words tell them apart: those of
 * strerror and of getaddrinfo in glibc and musl, sshd itself being without a locale; `open failed` when the kernel would not
 * even begin, or, of an older sshd, when the name is unknown. "No route to host" is not among them: a firewall that rejects
 * this port and lets others pass is told in the same words.
 */
const noWay = ['open failed', 'Network is unreachable', 'Network unreachable', 'Name or service not known', 'Name does not resolve', 'No address associated with hostname', 'Name has no usable address']

/** What a failed attempt tells: true when somebody was there, false when the host has no way to the address, else undefined. */
export function wayOf(error: unknown): boolean | undefined {
  if (!(error instanceof SshChannelRefusedError) || error.reason !== connectFailed) return undefined
  if (error.message.endsWith(`: ${refused}`)) return true
  return noWay.some((words) => error.message.endsWith(`: ${words}`)) ? false : undefined
}

/** Asks over this connection. An address that does not answer is asked for once at a time: each question holds a channel for long. */
export function waysOver(connection: Pick<SshConnection, 'openTcp'>): (address: string) => Promise<boolean | undefined> {
  const asked = new Map<string, Promise<boolean | undefined>>()
  const ask = async (address: string) => {
    try {
      const stream = await connection.openTcp({ address, port: discardPort }, { timeoutMs: longestMs })
      stream.destroy()
      return true
    } catch (error) { return wayOf(error) } finally { asked.delete(address) }
  }
  return async (address) => {
    const answer = asked.get(address) ?? ask(address)
    asked.set(address, answer)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined) }, waitMs) })
    try { return await Promise.race([answer, patience]) } finally { clearTimeout(timer) }
  }
}
