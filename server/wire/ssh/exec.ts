// Runs one command on a host, over a connection of its own: those that are kept have asked for no sessions. The one place
// that asks for a session; only jobs/hosts hands it commands, and those are constants.
import type { ClientChannel } from 'ssh2'
import { dial } from './dial.ts'
import type { SshLogin } from './dial.ts'
import { SshChannelRefusedError, SshConnectionLostError, SshNotSentError } from './errors.ts'

export interface ExecRequest {
  command: string
  /** Written to standard input, which then ends; unless `reply` goes on with it. */
  input: string
  /** Given the first line of the answer, says what is written next, and last. */
  reply?: ((line: string) => Promise<string>) | undefined
  /** Of all of it: connecting, signing in, the command. */
  timeoutMs: number
  signal?: AbortSignal | undefined
}

export interface ExecOutcome { exitCode: number | null; stdout: string; stderr: string }

const mostBytes = 4 * 1024 * 1024
const mostErrorBytes = 8 * 1024

/**
 * The command's outcome, whatever its exit code.
 * @throws SshUnreachableError, SshHostKeyChangedError, SshAuthRefusedError, SshNotSentError, SshChannelRefusedError when nothing
 * was run; SshConnectionLostError when it may have been
 */
export async function execOnce(login: SshLogin, { command, input, reply, timeoutMs, signal }: ExecRequest): Promise<ExecOutcome> {
  const endMs = performance.now() + timeoutMs
  const { client, socket } = await dial(login, { connectTimeoutMs: Math.min(timeoutMs, 5_000), handshakeTimeoutMs: Math.min(timeoutMs, 10_000), keepaliveIntervalMs: 1_500, keepaliveCount: 2 }, signal)
  const cut = () => { socket.destroy() }
  const timer = setTimeout(cut, Math.max(0, endMs - performance.now()))
  signal?.addEventListener('abort', cut, { once: true })
  const lost = new Promise<never>((_resolve, reject) => { client.once('close', () => { reject(new SshConnectionLostError(`the connection to ${login.address} ended before the command did`)) }) })
  lost.catch(() => { /* it ends in any case */ })
  try {
    if (signal?.aborted) throw new SshNotSentError('the command was called off')
    const channel = await Promise.race([open(client, command), lost])
    return await Promise.race([converse(channel, input, reply), lost])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cut)
    client.end()
    socket.destroy()
  }
}

/** Whether the host lets this key in: connects, signs in, and leaves. Throws as execOnce, but for the refused key. */
export async function signsIn(login: SshLogin, { timeoutMs, signal }: Pick<ExecRequest, 'timeoutMs' | 'signal'>): Promise<void> {
  const { client, socket } = await dial(login, { connectTimeoutMs: Math.min(timeoutMs, 5_000), handshakeTimeoutMs: timeoutMs, keepaliveIntervalMs: 0, keepaliveCount: 0 }, signal)
  client.end()
  socket.destroy()
}

function open(client: Awaited<ReturnType<typeof dial>>['client'], command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(new SshChannelRefusedError(`the host would not run a command: ${error.message}`, undefined))
      else resolve(channel)
    })
  })
}

function converse(channel: ClientChannel, input: string, reply: ExecRequest['reply']): Promise<ExecOutcome> {
  return new Promise((resolve, reject) => {
    const [out, err] = [new Output(mostBytes), new Output(mostErrorBytes)]
    let isAnswered = reply === undefined
    let failure: Error | undefined
    channel.on('data', (chunk: Buffer) => {
      if (!out.take(chunk)) { reject(new SshConnectionLostError('the command said too much')); channel.close(); return }
      const line = isAnswered ? undefined : out.firstLine()
      if (line === undefined) return
      isAnswered = true
      // Without a reply the command learns that nothing more comes; it may have something to take back before it ends.
      reply!(line).then((text) => { channel.end(text) }, (error: unknown) => { failure = error instanceof Error ? error : new Error(String(error)); channel.end() })
    })
    channel.stderr.on('data', (chunk: Buffer) => { err.take(chunk) })
    channel.on('error', reject)
    let exitCode: number | null = null
    channel.on('exit', (code: number | null) => { exitCode = code })
    channel.on('close', () => { if (failure) reject(failure); else resolve({ exitCode, stdout: out.text(), stderr: err.text() }) })
    if (isAnswered) channel.end(input)
    else channel.write(input)
  })
}

class Output {
  readonly #chunks: Buffer[] = []
  readonly #most: number
  #bytes = 0
  constructor(most: number) { this.#most = most }
  /** False once there is more than it may hold; the rest is dropped. */
  take(chunk: Buffer): boolean {
    this.#bytes += chunk.length
    if (this.#bytes > this.#most) return false
    this.#chunks.push(chunk)
    return true
  }
  text(): string { return Buffer.concat(this.#chunks).toString() }
  firstLine(): string | undefined {
    const text = this.text()
    const end = text.indexOf('\n')
    return end < 0 ? undefined : text.slice(0, end)
  }
}
