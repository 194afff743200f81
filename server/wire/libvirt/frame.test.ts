import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProtocolError } from './errors.ts'
import { FrameAssembler, headerBytes, maxFrameBytes, messageStatus, messageType, readHeader, writeHeader } from './frame.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/#.*|\s/g, ''), 'hex')

/** DomainGetState, as it went over a socket to libvirtd 9.0.0. */
const call = hex(`
  0000003c                          # length: 60, this word included
  20008086 00000001 000000d4        # remote, version 1, procedure 212
  00000000 00000007 00000000        # call, serial 7, OK
  00000004 74657374                 # domain.name: test
  6695eb01f6a4830479aa97f2502e193f  # domain.uuid
  00000001                          # domain.id: 1
  00000000                          # flags
`)

function cut(chunks: Iterable<Buffer>): string[] {
  const assembler = new FrameAssembler()
  const frames: Buffer[] = []
  for (const chunk of chunks) assembler.push(chunk, (frame) => { frames.push(frame) })
  return frames.map((frame) => frame.toString('hex'))
}

describe('the header', () => {
  it('reads as libvirt writes it', () => {
    assert.deepEqual(readHeader(call), { program: 0x2000_8086, procedure: 212, type: messageType.call, serial: 7, status: messageStatus.ok })
  })

  it('writes what it reads', () => {
    const copy = Buffer.from(call)
    copy.fill(0, 0, headerBytes)
    writeHeader(copy, readHeader(call), call.length - headerBytes)
    assert.equal(copy.toString('hex'), call.toString('hex'))
  })

  it('refuses another version', () => {
    const other = Buffer.from(call)
    other.writeUInt32BE(2, 8)
    assert.throws(() => readHeader(other), ProtocolError)
  })
})

describe('cutting a stream of bytes into frames', () => {
  const expected = [call, call, call].map((frame) => frame.toString('hex'))
  const joined = Buffer.concat([call, call, call])

  it('gives the same frames however the bytes are cut', () => {
    for (let size = 1; size <= joined.length; size++) {
      const chunks = Array.from({ length: Math.ceil(joined.length / size) }, (_, index) => joined.subarray(index * size, (index + 1) * size))
      assert.deepEqual(cut(chunks), expected, `in pieces of ${size}`)
    }
  })

  it('gathers a large frame from small pieces', () => {
    const large = Buffer.alloc(5 * 1024 * 1024 + 3, 0x5a)
    large.writeUInt32BE(large.length, 0)
    const chunks = Array.from({ length: Math.ceil(large.length / 65_536) }, (_, index) => large.subarray(index * 65_536, (index + 1) * 65_536))
    assert.deepEqual(cut([...chunks, call]), [large.toString('hex'), call.toString('hex')])
  })

  it('hands on what was whole before an impossible length, then refuses', () => {
    for (const length of [0, headerBytes - 1, maxFrameBytes + 1, 0xffff_ffff]) {
      const bad = Buffer.alloc(8)
      bad.writeUInt32BE(length)
      const frames: Buffer[] = []
      const assembler = new FrameAssembler()
      assert.throws(() => { assembler.push(Buffer.concat([call, bad]), (frame) => { frames.push(frame) }) }, ProtocolError)
      assert.equal(frames.length, 1)
    }
  })

  it('does not believe a claimed length before the bytes are there', () => {
    const claim = Buffer.alloc(headerBytes)
    claim.writeUInt32BE(maxFrameBytes)
    const assemblers = Array.from({ length: 200 }, () => new FrameAssembler())
    const before = process.memoryUsage().arrayBuffers
    for (const assembler of assemblers) assembler.push(claim, () => assert.fail('not a whole frame'))
    assert.ok(process.memoryUsage().arrayBuffers - before < 400 * 1024 * 1024, '200 claims of 32 MiB each')
    assert.equal(assemblers.length, 200)
  })
})
