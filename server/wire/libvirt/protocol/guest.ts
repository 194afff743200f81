// Statistics, and what happens inside the guest through its agent.
import { list, struct } from '../../xdr/composites.ts'
import { i32, i64, u32, u64 } from '../../xdr/primitives.ts'
import { domain, domains, flags, nullableText, qemu, remote, text } from './types.ts'
import { typedParams } from './typed-params.ts'

const maxStats = 262_144
const maxMounts = 256
const maxInterfaces = 2_048
const address = struct({ type: i32, address: text, prefix: u32 })
const networkInterface = struct({ name: text, hwaddr: nullableText, addresses: list(address, maxInterfaces) })

export const guestProcedures = {
  /** An empty `domains` means all. Always with `statsFlag.noWait`: one frozen QEMU otherwise holds the answer for seconds. */
  ConnectGetAllDomainStats: remote(344, { domains, stats: u32, flags }, { records: list(struct({ domain, params: typedParams(maxStats) }), maxStats) }),
  /** Counted from the guest's side; -1 where the host cannot tell. */
  DomainInterfaceStats: remote(65, { domain, device: text }, { rxBytes: i64, rxPackets: i64, rxErrors: i64, rxDrops: i64, txBytes: i64, txPackets: i64, txErrors: i64, txDrops: i64 }),
  /** `tag` is one of virDomainMemoryStatTags; most values are KiB. */
  DomainMemoryStats: remote(159, { domain, maxStats: u32, flags }, { stats: list(struct({ tag: i32, value: u64 }), 1_024) }),

  DomainFsFreeze: remote(335, { domain, mountPoints: list(text, maxMounts), flags }, { fileSystems: i32 }),
  DomainFsThaw: remote(336, { domain, mountPoints: list(text, maxMounts), flags }, { fileSystems: i32 }),
  DomainGetGuestInfo: remote(418, { domain, types: u32, flags }, { params: typedParams(2_048) }),
  DomainInterfaceAddresses: remote(353, { domain, source: u32, flags }, { interfaces: list(networkInterface, maxInterfaces) }),
  DomainSetUserPassword: remote(357, { domain, user: nullableText, password: nullableText, flags }),
  /** For all that is asked of the guest's agent from now on; -2, as it is at first, waits for ever. */
  DomainAgentSetResponseTimeout: remote(420, { domain, timeoutSeconds: i32, flags }, { result: i32 }),

  /** A raw QMP command as JSON; outside libvirt's promise of stability. */
  QemuMonitorCommand: qemu(1, { domain, command: text, flags }, { result: text }),
  /** `timeoutSeconds` -2 waits for ever, -1 as long as libvirt thinks fit, 0 not at all. */
  QemuAgentCommand: qemu(3, { domain, command: text, timeoutSeconds: i32, flags }, { result: nullableText }),
}
