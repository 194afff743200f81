import { KloudakError } from '../../server/model/errors.ts'

/** How long a server may be silent, when it is asked and between two pieces. */
const patienceMs = 30_000
/** Answers that another try may mend. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

export interface Served {
  sizeBytes: number
  /** Ends with UNAVAILABLE when the server falls silent or hangs up. To be read once, to its end or not: whoever stops reading hangs up. */
  pieces: AsyncIterable<Uint8Array>
}

/**
 * Asks for what lies at an address of the web. UNAVAILABLE when the server cannot be reached, is silent or says that it is busy;
 * INVALID_INPUT for other refusals, and when it does not tell the size. Follows redirects.
 */
export async function download(url: string, signal: AbortSignal, silenceMs = patienceMs): Promise<Served> {
  const hangUp = new AbortController()
  const silence = watchSilence(hangUp, silenceMs)
  let response: Response
  try {
    // Packed on the way it would have another size than was said.
    response = await fetch(url, { headers: { 'accept-encoding': 'identity' }, signal: AbortSignal.any([signal, hangUp.signal]) })
  } catch (error) {
    silence.end()
    throw failed(url, error, signal)
  }
  try {
    return { sizeBytes: sizeOf(response), pieces: piecesOf({ url, response, signal, silence, hangUp }) }
  } catch (error) {
    silence.end()
    hangUp.abort()
    throw error
  }
}

/** The first bytes of what is served, fewer when there are no more; the rest is not asked for. */
export async function headOf({ pieces }: Served, bytes: number): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    read.push(piece)
    length += piece.length
    if (length >= bytes) break
  }
  return Buffer.concat(read).subarray(0, bytes)
}

function sizeOf(response: Response): number {
  if (passing.has(response.status)) throw new KloudakError('UNAVAILABLE', `The server answers ${response.status} for the image.`, { retryAfterMs: 5_000 })
  if (response.status !== 200) throw new KloudakError('INVALID_INPUT', `The server answers ${response.status} for the image.`, { field: 'url', remedy: 'Give an address from which it can be read without signing in.' })
  const coding = response.headers.get('content-encoding')
  if (coding !== null && coding !== 'identity') throw new KloudakError('INVALID_INPUT', 'The server packs the image on its way.', { field: 'url', remedy: 'Give an address that serves it as it is.' })
  const length = response.headers.get('content-length')
  if (length === null || !/^\d{1,15}$/.test(length)) throw new KloudakError('INVALID_INPUT', 'The server does not tell the size of the image.', { field: 'url', remedy: 'Give an address that serves a file of known size.' })
  return Number(length)
}

interface Reading { url: string; response: Response; signal: AbortSignal; silence: Silence; hangUp: AbortController }

async function* piecesOf({ url, response, signal, silence, hangUp }: Reading): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) {
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        // Nobody is silent while this side is busy with what was sent.
        silence.end()
        yield piece
        silence.begin()
      }
    }
  } catch (error) {
    throw failed(url, error, signal)
  } finally {
    silence.end()
    hangUp.abort()
  }
}

interface Silence { begin(): void; end(): void }

function watchSilence(hangUp: AbortController, silenceMs: number): Silence {
  let timer: NodeJS.Timeout | undefined
  const begin = () => { timer = setTimeout(() => { hangUp.abort(new Error('it was silent for too long')) }, silenceMs) }
  begin()
  return { begin, end: () => { clearTimeout(timer) } }
}

function failed(url: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof KloudakError) return signal.aborted ? new KloudakError('CANCELLED', 'The transfer was called off.', { cause: error }) : error
  return new KloudakError('UNAVAILABLE', `The image cannot be read from ${new URL(url).host}: ${reasonOf(error)}.`, { cause: error, remedy: 'See whether the workers reach that server.' })
}

/** The innermost reason, which names the failure. */
function reasonOf(error: unknown): string {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root instanceof Error ? root.message : 'it ended'
}
