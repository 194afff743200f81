// The connection itself and what the host is: version, capabilities, processors, memory.
import { list, struct } from '../../xdr/composites.ts'
import { bool, chars, i32, u64 } from '../../xdr/primitives.ts'
import { flags, nullableText, remote, text } from './types.ts'

const maxCpuModels = 256
const maxNodeStats = 16
const nodeStat = struct({ field: text, value: u64 })
const guestKind = { emulator: nullableText, arch: nullableText, machine: nullableText, virtType: nullableText }

export const connectProcedures = {
  /** Must be the first call. 0 = none, 1 = SASL, 2 = polkit. */
  AuthList: remote(66, {}, { types: list(i32, 20) }),
  AuthPolkit: remote(70, {}, { complete: bool }),
  ConnectOpen: remote(1, { uri: nullableText, flags }),
  ConnectClose: remote(2, {}),
  ConnectSupportsFeature: remote(60, { feature: i32 }, { supported: bool }),
  /** The hypervisor's version, major * 1,000,000 + minor * 1,000 + release. */
  ConnectGetVersion: remote(4, {}, { version: u64 }),
  /** Libvirt's own version, in the same form. */
  ConnectGetLibVersion: remote(157, {}, { version: u64 }),
  ConnectGetHostname: remote(59, {}, { hostname: text }),
  ConnectGetUri: remote(110, {}, { uri: text }),
  ConnectGetCapabilities: remote(7, {}, { xml: text }),
  ConnectGetDomainCapabilities: remote(342, { ...guestKind, flags }, { xml: text }),
  /** `result` is one of `cpuCompare`. */
  ConnectCompareHypervisorCpu: remote(393, { ...guestKind, cpuXml: text, flags }, { result: i32 }),
  ConnectBaselineHypervisorCpu: remote(394, { ...guestKind, cpuXmls: list(text, maxCpuModels), flags }, { cpuXml: text }),
  /** After it a split daemon reports the loss of its driver, as message 362. */
  ConnectRegisterCloseCallback: remote(360, {}),
  ConnectUnregisterCloseCallback: remote(361, {}),

  NodeGetInfo: remote(6, {}, { model: chars(32), memoryKiB: u64, cpus: i32, mhz: i32, nodes: i32, sockets: i32, cores: i32, threads: i32 }),
  /** `count` 0 asks how many there are; then ask again with that count. `cpu` -1 means all. Times in nanoseconds. */
  NodeGetCpuStats: remote(227, { cpu: i32, count: i32, flags }, { stats: list(nodeStat, maxNodeStats), count: i32 }),
  /** As `NodeGetCpuStats`; `cell` -1 means all. Values in KiB. */
  NodeGetMemoryStats: remote(228, { count: i32, cell: i32, flags }, { stats: list(nodeStat, maxNodeStats), count: i32 }),
  NodeGetFreeMemory: remote(102, {}, { freeBytes: u64 }),
}

export const connectionClosed = { number: 362, message: struct({ reason: i32 }) }
