import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { LibvirtError, OutcomeUnknown } from '../../wire/libvirt/errors.ts'
import type { Calls } from './calls.ts'
import { kvmRunsGuests } from './probe.ts'
import { find, readXml, textOf } from './xml.ts'

const refusal = (code: number) => new LibvirtError('Call', { code, domain: 10, message: null, level: 2, subject: null, text1: null, text2: null, text3: null, int1: 0, int2: 0, network: null })
const guest = { architecture: 'x86_64', emulator: '/usr/bin/qemu-system-x86_64', machineType: 'pc-q35-7.2', cpuModel: 'EPYC' }

/** A host on which each call does what `host` says; without an entry it answers. */
function hostThat(host: Record<string, () => unknown>): { calls: Calls; made: string[]; xml: () => string } {
  const made: string[] = []
  let xml = ''
  const call = async (name: string, args: { xml?: string }) => {
    made.push(name)
    xml ||= args.xml ?? ''
    return host[name]?.() ?? { domain: { name: 'probe', uuid: 'u', id: 1 }, state: 1, reason: 1 }
  }
  return { made, xml: () => xml, calls: { quick: call, job: call } as unknown as Calls }
}
const throws = (error: Error) => () => { throw error }

test('a guest that is gone by itself has run', async () => {
  let looks = 0
  const host = hostThat({ DomainGetState: () => { if (++looks > 2) throw refusal(errorCode.NO_DOMAIN); return undefined } })
  assert.equal(await kvmRunsGuests(host.calls, guest), true)
  assert.deepEqual(host.made, ['DomainCreateXml', 'DomainResume', 'DomainGetState', 'DomainGetState', 'DomainGetState'])
  const domain = readXml(host.xml())
  assert.deepEqual([domain.attributes['type'], textOf(find(domain, 'on_reboot')), find(domain, 'os', 'bios')?.attributes['rebootTimeout'], textOf(find(domain, 'cpu', 'model'))], ['kvm', 'destroy', '0', 'EPYC'])
})

test('a guest that hangs is ended within bounds, and is no proof', async () => {
  const host = hostThat({})
  assert.equal(await kvmRunsGuests(host.calls, guest, 120), false)
  assert.equal(host.made.at(-1), 'DomainDestroyFlags')
})

test('a guest that the host refuses to start is no proof, but a lost connection is no answer', async () => {
  const refused = hostThat({ DomainCreateXml: throws(refusal(errorCode.INTERNAL_ERROR)) })
  assert.equal(await kvmRunsGuests(refused.calls, guest), false)
  assert.deepEqual(refused.made, ['DomainCreateXml'])
  await assert.rejects(kvmRunsGuests(hostThat({ DomainResume: throws(new OutcomeUnknown('DomainResume', 'lost')) }).calls, guest), OutcomeUnknown)
})
