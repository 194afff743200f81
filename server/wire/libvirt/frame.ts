// Frames: the outermost layer, described in PROTOCOL.md.
import { ProtocolError } from './errors.ts'

/** The length word and the six words of the header. */
export const headerBytes = 28
/** Libvirt's limit: 32 MiB of message and the length word. */
export const maxFrameBytes = 32 * 1024 * 1024 + 4
/** The most data that one stream frame may carry (VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX less the header). */
export const maxStreamChunkBytes = 262_120

export const messageType = { call: 0, reply: 1, event: 2, stream: 3, callWithFds: 4, replyWithFds: 5, streamHole: 6 } as const
export const messageStatus = { ok: 0, error: 1, continue: 2 } as const

const protocolVersion = 1
/** Frames up to this size are gathered in one piece; larger claims are believed by doubling. */
const initialBytes = 1024 * 1024

export interface FrameHeader {
  program: number
  procedure: number
  /** One of `messageType`. */
  type: number
  /** Chosen by the caller of a procedure; without meaning in events and keepalive. */
  serial: number
  /** One of `messageStatus`. */
  status: number
}

/** Writes a header into the first 28 bytes of `frame`; `bodyBytes` is what follows, in this buffer or the next. */
export function writeHeader(frame: Buffer, header: FrameHeader, bodyBytes: number): void {
  frame.writeUInt32BE(headerBytes + bodyBytes, 0)
  frame.writeUInt32BE(header.program, 4)
  frame.writeUInt32BE(protocolVersion, 8)
  frame.writeInt32BE(header.procedure, 12)
  frame.writeInt32BE(header.type, 16)
  frame.writeUInt32BE(header.serial, 20)
  frame.writeInt32BE(header.status, 24)
}

/** The header of a whole frame. Throws `ProtocolError`. */
export function readHeader(frame: Buffer): FrameHeader {
  const version = frame.readUInt32BE(8)
  if (version !== protocolVersion) throw new ProtocolError(`program version ${version} is not ${protocolVersion}`)
  return {
    program: frame.readUInt32BE(4),
    procedure: frame.readInt32BE(12),
    type: frame.readInt32BE(16),
    serial: frame.readUInt32BE(20),
    status: frame.readInt32BE(24),
  }
}

/**
 * Cuts a byte stream into frames. A frame that one read holds whole is handed on as a view; one that straddles
 * reads is gathered in a buffer of its own that grows with what really arrived, so a peer cannot make this side
 * hold much more than it sent, whatever length it claims.
 */
export class FrameAssembler {
  #partial: Buffer = Buffer.alloc(0)
  #filled = 0

  /** Hands on every frame that `chunk` completes, in order. Throws `ProtocolError` for an impossible length. */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    let rest = chunk
    while (rest.length > 0) {
      const length = frameLength(this.#filled === 0 ? rest : this.#partial.subarray(0, this.#filled))
      if (this.#filled === 0 && length !== undefined && length <= rest.length) {
        onFrame(rest.subarray(0, length))
        rest = rest.subarray(length)
        continue
      }
      rest = rest.subarray(this.#gather(rest, length ?? 4))
      if (this.#filled === length) {
        const frame = this.#partial
        this.#partial = Buffer.alloc(0)
        this.#filled = 0
        onFrame(frame)
      }
    }
  }

  /** Copies up to `length` bytes of the frame begun; answers how many it took. */
  #gather(chunk: Buffer, length: number): number {
    const bytes = Math.min(chunk.length, length - this.#filled)
    const end = this.#filled + bytes
    if (end > this.#partial.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(length, Math.max(end, this.#partial.length * 2, initialBytes)))
      this.#partial.copy(larger, 0, 0, this.#filled)
      this.#partial = larger
    }
    chunk.copy(this.#partial, this.#filled, 0, bytes)
    this.#filled = end
    return bytes
  }
}

function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined
  const length = bytes.readUInt32BE(0)
  if (length < headerBytes || length > maxFrameBytes) throw new ProtocolError(`a frame cannot be ${length} bytes long`)
  return length
}
