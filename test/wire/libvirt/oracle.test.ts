// The codec oracle: random values of every layout in our table, encoded here, decoded and encoded again by the
// installed libvirt itself. Each byte must agree, and each number must carry the name that libvirt gives it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { errorBody } from '../../../server/wire/libvirt/errors.ts'
import { events } from '../../../server/wire/libvirt/protocol/events.ts'
import { procedures } from '../../../server/wire/libvirt/protocol/procedures.ts'
import { program } from '../../../server/wire/libvirt/protocol/types.ts'
import { decode, encode, type Codec } from '../../../server/wire/xdr/codec.ts'
import { arbitrary, randomFrom } from '../../support/arbitrary.ts'

const valuesPerLayout = 60
const seed = Number(process.env.KLOUDAK_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const python = '/usr/bin/python3'

interface Message { id: string; program: 'remote' | 'qemu'; number: number; kind: 'args' | 'ret' | 'msg' | 'error'; hex: string }
interface Judgement { names: Record<'remote' | 'qemu', Record<string, string>>; verdicts: (string | null)[] }

/** Ours where libvirt's own is misleading out of its C context; the rest agree but for case and underscores. */
const renamed: Record<string, string> = { QemuMonitorCommand: 'domain_monitor_command', QemuAgentCommand: 'domain_agent_command' }
const plain = (name: string) => name.replaceAll('_', '').toLowerCase()

const layouts: { id: string; program: 'remote' | 'qemu'; number: number; kind: Message['kind']; codec: Codec<unknown> }[] = [
  ...Object.entries(procedures).flatMap(([name, procedure]) => {
    const where = { program: procedure.program === program.qemu ? 'qemu' as const : 'remote' as const, number: procedure.number }
    return [
      { id: `${name} arguments`, ...where, kind: 'args' as const, codec: procedure.args },
      { id: `${name} reply`, ...where, kind: 'ret' as const, codec: procedure.reply },
    ]
  }),
  ...Object.entries(events).map(([name, event]) => ({ id: `event ${name}`, program: 'remote' as const, number: event.messageNumber, kind: 'msg' as const, codec: event.message as Codec<unknown> })),
  { id: 'error', program: 'remote', number: 0, kind: 'error', codec: errorBody },
]

function messages(): Message[] {
  const random = randomFrom(seed)
  return layouts.flatMap(({ codec, ...layout }) => Array.from({ length: valuesPerLayout }, () => {
    const bytes = encode(codec, arbitrary(codec, random))
    assert.equal(encode(codec, decode(codec, bytes)).toString('hex'), bytes.toString('hex'), `${layout.id} with seed ${seed}`)
    return { ...layout, hex: bytes.toString('hex') }
  }))
}

function ask(input: Message[]): Judgement {
  const { status, stdout, stderr, error } = spawnSync(python, [fileURLToPath(new URL('oracle.py', import.meta.url))], {
    input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 256 * 1024 * 1024,
  })
  assert.equal(status, 0, `the oracle ended with ${status}: ${stderr || String(error)}`)
  return JSON.parse(stdout) as Judgement
}

describe('every layout of the table', () => {
  let input: Message[]
  let judgement: Judgement
  before(() => { input = messages(); judgement = ask(input) })

  it('has the bytes that libvirt gives it', () => {
    assert.equal(judgement.verdicts.length, layouts.length * valuesPerLayout)
    const wrong = new Map(judgement.verdicts.flatMap((verdict, index) => verdict === null ? [] : [[input[index]!.id, `${verdict} (${input[index]!.hex})`]]))
    assert.deepEqual(Object.fromEntries(wrong), {}, `seed ${seed}`)
  })

  it('has the name that libvirt gives its number', () => {
    const differing = Object.entries(procedures).flatMap(([name, { program: number, number: procedure }]) => {
      const theirs = judgement.names[number === program.qemu ? 'qemu' : 'remote'][procedure] ?? 'nothing'
      return plain(renamed[name] ?? name) === plain(theirs) ? [] : [`${name} is ${procedure}, which libvirt calls ${theirs}`]
    })
    assert.deepEqual(differing, [])
  })
})

describe('the oracle', () => {
  it('notices a field that is missing, of another size, or of another kind', () => {
    const at = (name: 'DomainGetState' | 'DomainGetInfo' | 'ConnectGetHostname', kind: 'args' | 'ret', hex: string): Message => ({ id: name, program: 'remote', number: procedures[name].number, kind, hex })
    const state = encode(procedures.DomainGetState.args, { domain: { name: 'a', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 1 } }).toString('hex')
    const { verdicts } = ask([
      at('DomainGetState', 'args', state),
      at('DomainGetState', 'args', state.slice(0, -8)),
      at('DomainGetState', 'args', `${state}00000000`),
      at('DomainGetInfo', 'ret', '00'.repeat(24)),
      at('ConnectGetHostname', 'ret', '0000000961000000'),
      at('ConnectGetHostname', 'args', '00000000'),
      { id: 'none', program: 'remote', number: 60_000, kind: 'args', hex: '' },
    ])
    assert.deepEqual(verdicts.map((verdict) => verdict === null), [true, false, false, false, false, false, false])
  })
})
