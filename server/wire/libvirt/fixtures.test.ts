// Frames as libvirtd 9.0.0 and this client exchanged them, with what each word means.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decode, encode } from '../xdr/codec.ts'
import { errorBody } from './errors.ts'
import { headerBytes, messageStatus, messageType, readHeader } from './frame.ts'
import { events } from './protocol/events.ts'
import { procedures } from './protocol/procedures.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/#.*|\s/g, ''), 'hex')

const domain = { name: 'test', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }

describe('frames of libvirtd', () => {
  it('ConnectOpen', () => {
    const frame = hex(`
      00000038                    # length: 56
      20008086 00000001 00000001  # remote, version 1, procedure 1
      00000000 00000002 00000000  # call, serial 2, OK
      00000001                    # uri: there is one
      0000000f                    # of 15 bytes
      746573743a2f2f2f64656661756c74 00  # test:///default, padded to 16
      00000000                    # flags
    `)
    assert.deepEqual(decode(procedures.ConnectOpen.args, frame.subarray(headerBytes)), { uri: 'test:///default', flags: 0 })
    assert.ok(encode(procedures.ConnectOpen.args, { uri: 'test:///default' }).equals(frame.subarray(headerBytes)))
  })

  it('a reply with a domain', () => {
    const frame = hex(`
      00000038                          # length: 56
      20008086 00000001 00000017        # remote, version 1, procedure 23: DomainLookupByName
      00000001 00000004 00000000        # reply, serial 4, OK
      00000004 74657374                 # name: test
      6695eb01f6a4830479aa97f2502e193f  # uuid
      00000001                          # id: 1
    `)
    assert.deepEqual(readHeader(frame), { program: 0x2000_8086, procedure: 23, type: messageType.reply, serial: 4, status: messageStatus.ok })
    assert.deepEqual(decode(procedures.DomainLookupByName.reply, frame.subarray(headerBytes)), { domain })
  })

  it('an error', () => {
    const frame = hex(`
      00000070                    # length: 112
      20008086 00000001 00000017  # remote, version 1, procedure 23
      00000001 00000005 00000001  # reply, serial 5, error
      0000002a                    # code 42: no domain
      0000000c                    # domain 12: the test driver
      00000001 00000010 446f6d61696e206e6f7420666f756e64  # message: Domain not found
      00000002                    # level 2: error
      00000000                    # no domain
      00000001 00000010 446f6d61696e206e6f7420666f756e64  # text 1: the same
      00000000 00000000           # texts 2 and 3: none
      ffffffff ffffffff           # int 1 and 2: -1
      00000000                    # no network
    `)
    assert.deepEqual(decode(errorBody, frame.subarray(headerBytes)), {
      code: 42, domain: 12, message: 'Domain not found', level: 2, subject: null, text1: 'Domain not found', text2: null, text3: null, int1: -1, int2: -1, network: null,
    })
  })

  it('typed parameters', () => {
    const frame = hex(`
      00000070                                  # length: 112
      20008086 00000001 00000158                # remote, version 1, procedure 344: ConnectGetAllDomainStats
      00000001 0000000c 00000000                # reply, serial 12, OK
      00000001                                  # one record
      00000004 74657374 6695eb01f6a4830479aa97f2502e193f 00000001  # of the domain
      00000002                                  # two parameters
      0000000b 73746174652e7374617465 00        # state.state
      00000001 00000003                         # an int: 3, paused
      0000000c 73746174652e726561736f6e         # state.reason
      00000001 00000001                         # an int: 1, by a user
    `)
    assert.deepEqual(decode(procedures.ConnectGetAllDomainStats.reply, frame.subarray(headerBytes)), {
      records: [{ domain, params: [{ name: 'state.state', type: 'int', value: 3 }, { name: 'state.reason', type: 'int', value: 1 }] }],
    })
  })

  it('an event', () => {
    const frame = hex(`
      00000044                    # length: 68
      20008086 00000001 0000013e  # remote, version 1, message 318: lifecycle
      00000002 00000001 00000000  # event, serial 1, OK
      00000000                    # callback id: 0
      00000004 74657374 6695eb01f6a4830479aa97f2502e193f 00000001  # the domain
      00000003 00000000           # suspended, paused
    `)
    assert.equal(readHeader(frame).type, messageType.event)
    assert.deepEqual(decode(events.lifecycle.message, frame.subarray(headerBytes)), { callbackId: 0, domain, event: 3, detail: 0 })
  })

  it('a stream: data, its end, both confirmations', () => {
    const frames = [
      `00000021 20008086 00000001 000000d1  # length: 33, not padded; procedure 209: StorageVolDownload
       00000003 00000006 00000002           # stream, serial 6, continue
       0000000000                           # five bytes of data`,
      `0000001c 20008086 00000001 000000d1 00000003 00000006 00000002  # from the daemon: no more data`,
      `0000001c 20008086 00000001 000000d1 00000003 00000006 00000000  # to the daemon: understood`,
      `0000001c 20008086 00000001 000000d1 00000003 00000006 00000000  # from the daemon: over`,
    ].map(hex)
    assert.deepEqual(frames.map((frame) => [readHeader(frame).status, frame.length - headerBytes]), [
      [messageStatus.continue, 5], [messageStatus.continue, 0], [messageStatus.ok, 0], [messageStatus.ok, 0],
    ])
    assert.ok(frames.every((frame) => frame.readUInt32BE(0) === frame.length && readHeader(frame).serial === 6))
  })
})
