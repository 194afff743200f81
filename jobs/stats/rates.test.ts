import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VmCounters } from '../../server/hypervisor/stats.ts'
import { ratesBetween } from './rates.ts'
import type { Look } from './rates.ts'

const vm = (change: Partial<VmCounters> = {}): VmCounters => ({
  domainUuid: 'a', life: 1, cpuMs: 1_000, memory: { residentBytes: 10, usedBytes: 5 },
  disks: [{ target: 'vda', reads: 10, readBytes: 1_000, writes: 20, writtenBytes: 2_000 }],
  interfaces: [{ device: 'vnet0', receivedBytes: 100, receivedPackets: 1, sentBytes: 200, sentPackets: 2 }], ...change,
})
const look = (atMs: number, vms: VmCounters[], change: Partial<Look['host']> = {}): Look => ({
  atMs, host: { cpu: { busyMs: 5_000, ioWaitMs: 100 }, memory: { totalBytes: 100, freeBytes: 40 }, vms, ...change }, uplinks: { receivedBytes: 0, receivedPackets: 0, sentBytes: 1_000, sentPackets: 10 },
  figures: { load: { load1: 3, load5: 2, load15: 1 }, fileSystems: [{ mountPoint: '/', sizeBytes: 100, usedBytes: 40 }] },
})

test('counters become rates by the time that lies between the looks', () => {
  const after = vm({ cpuMs: 4_000, memory: { residentBytes: 12, usedBytes: null }, disks: [{ target: 'vda', reads: 30, readBytes: 5_000, writes: 20, writtenBytes: 2_002 }], interfaces: [{ device: 'vnet0', receivedBytes: 300, receivedPackets: 5, sentBytes: 200, sentPackets: 2 }] })
  const { seconds, values, vms, fileSystems } = ratesBetween(look(1_000, [vm()]), { ...look(3_000, [after], { cpu: { busyMs: 8_000, ioWaitMs: 300 } }), uplinks: { receivedBytes: 50, receivedPackets: 4, sentBytes: 1_000, sentPackets: 10 } })
  assert.equal(seconds, 2)
  assert.deepEqual(vms, [{ domainUuid: 'a', values: {
    busyCpus: 1.5, peakCpus: 1.5, memoryUsedBytes: null, residentBytes: 12, diskReadsPerSecond: 10, diskWritesPerSecond: 0, diskReadBytesPerSecond: 2_000, diskWriteBytesPerSecond: 1,
    receivedBytesPerSecond: 100, sentBytesPerSecond: 0, receivedPacketsPerSecond: 2, sentPacketsPerSecond: 0,
  } }])
  assert.deepEqual(values, {
    busyCpus: 1.5, peakCpus: 1.5, ioWaitCpus: 0.1, load1: 3, load5: 2, load15: 1, memoryUsedBytes: 60, diskReadsPerSecond: 10, diskWritesPerSecond: 0, diskReadBytesPerSecond: 2_000, diskWriteBytesPerSecond: 1,
    receivedBytesPerSecond: 25, sentBytesPerSecond: 0, receivedPacketsPerSecond: 2, sentPacketsPerSecond: 0,
  })
  assert.deepEqual(fileSystems, [{ mountPoint: '/', sizeBytes: 100, usedBytes: 40 }])
})

test('what began anew or came in between has no rate, and takes none from the rest', () => {
  assert.deepEqual(ratesBetween(look(0, [vm()]), look(1_000, [vm({ life: 2, cpuMs: 5_000 })])).vms, [], 'started again, though its counter is higher')
  assert.deepEqual(ratesBetween(look(0, []), look(1_000, [vm()])).vms, [])
  const second = { target: 'vdb', reads: 1_000, readBytes: 1_000, writes: 1_000, writtenBytes: 1_000 }
  const [plugged] = ratesBetween(look(0, [vm()]), look(1_000, [vm({ disks: [...vm().disks!, second] })])).vms
  assert.equal(plugged!.values.diskReadsPerSecond, 0)
  const [frozen] = ratesBetween(look(0, [vm()]), look(1_000, [vm({ disks: null, interfaces: null })])).vms
  assert.deepEqual([frozen!.values.diskReadsPerSecond, frozen!.values.receivedBytesPerSecond, frozen!.values.busyCpus], [null, null, 0])
  const { values: reset, fileSystems } = ratesBetween(look(0, []), { ...look(1_000, [], { cpu: { busyMs: 1, ioWaitMs: 200 }, memory: null }), uplinks: null, figures: null })
  assert.deepEqual([reset.busyCpus, reset.ioWaitCpus, reset.memoryUsedBytes, reset.receivedBytesPerSecond, reset.diskReadsPerSecond, reset.load1, fileSystems], [null, 0.1, null, null, 0, null, null])
})
