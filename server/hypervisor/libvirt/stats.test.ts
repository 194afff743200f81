import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TypedParam } from '../../wire/libvirt/protocol/typed-params.ts'
import { readVm } from './stats.ts'

const domain = { uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 7 }
const numbers = (values: Record<string, number>): TypedParam[] => Object.entries(values).map(([name, value]) => (name.endsWith('.count') ? { name, type: 'uint', value } : { name, type: 'ullong', value: BigInt(value) }))

test('a running domain\'s parameters, as libvirt 9 tells them', () => {
  const params: TypedParam[] = [
    ...numbers({
      'cpu.time': 3_500_000_000, 'cpu.user': 1, 'cpu.system': 2,
      'balloon.current': 131_072, 'balloon.maximum': 131_072, 'balloon.unused': 10_000, 'balloon.available': 120_000, 'balloon.usable': 20_000, 'balloon.rss': 90_000,
      'net.count': 2, 'net.0.rx.bytes': 11, 'net.0.rx.pkts': 12, 'net.0.tx.bytes': 13, 'net.0.tx.pkts': 14, 'net.1.rx.bytes': 21, 'net.1.rx.pkts': 22, 'net.1.tx.bytes': 23, 'net.1.tx.pkts': 24,
      'block.count': 1, 'block.0.rd.reqs': 31, 'block.0.rd.bytes': 32, 'block.0.rd.times': 33, 'block.0.wr.reqs': 34, 'block.0.wr.bytes': 35,
    }),
    { name: 'net.0.name', type: 'string', value: 'vnet0' }, { name: 'net.1.name', type: 'string', value: 'vnet1' }, { name: 'block.0.name', type: 'string', value: 'vda' },
  ]
  assert.deepEqual(readVm(domain, params), {
    domainUuid: domain.uuid, life: 7, cpuMs: 3_500, memory: { residentBytes: 90_000 * 1024, usedBytes: 100_000 * 1024 },
    disks: [{ target: 'vda', reads: 31, readBytes: 32, writes: 34, writtenBytes: 35 }],
    interfaces: [{ device: 'vnet0', receivedBytes: 11, receivedPackets: 12, sentBytes: 13, sentPackets: 14 }, { device: 'vnet1', receivedBytes: 21, receivedPackets: 22, sentBytes: 23, sentPackets: 24 }],
  })
})

test('what a domain does not tell is null, and not nought', () => {
  assert.deepEqual(readVm(domain, numbers({ 'balloon.current': 131_072, 'balloon.available': 5 })), { domainUuid: domain.uuid, life: 7, cpuMs: null, memory: { residentBytes: null, usedBytes: null }, disks: null, interfaces: null })
  assert.equal(readVm(domain, numbers({ 'balloon.available': 100, 'balloon.unused': 30 })).memory.usedBytes, 70 * 1024, 'an older guest tells only what is unused')
  assert.deepEqual(readVm(domain, numbers({ 'net.count': 0 })).interfaces, [])
  assert.ok(readVm(domain, numbers({ 'net.count': 4_294_967_295 })).interfaces!.length <= 1, 'a number alone makes no cards')
})
