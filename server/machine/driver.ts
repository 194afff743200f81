import type { CallControl } from '../model/call-control.ts'
import type { Discovery } from '../model/host-discovery.ts'

/** What a host's own shell tells of it. Bridges are those of the kernel alone; `timeMs` is the host's clock. */
export type MachineReport = Omit<Discovery, 'clockOffsetMs'> & { timeMs: number | null }

/** What preparation shall make; all of it may be there already. Bridges lie in Open vSwitch. */
export interface PrepareOrder {
  /** Written beside each bridge that is made, so that only these are taken back. */
  mark: string
  bridges: { name: string; uplink: string; datapath: 'system' | 'netdev' }[]
  /** Each after its parent. */
  folders: string[]
}

/** `line`: as OpenSSH writes it, 'ssh-ed25519 AAAA...'; `fingerprint`: 'SHA256:...'. */
export interface OfferedKey { line: string; fingerprint: string }

export interface MachineHost {
  bind(control: CallControl): MachineDriver
}

/**
 * What a host's operating system tells and lets us make, beside its hypervisor and its switch. Errors as in
 * hypervisor/driver.ts; WRONG_STATE with a remedy when the host refuses what was asked. All may be repeated.
 */
export interface MachineDriver {
  /** The key that the address shows to anybody. Trusts nothing. UNAVAILABLE when nobody answers. */
  offeredKey(): Promise<OfferedKey>
  /** Whether the host lets our key in. CONFLICT when it shows another host key than the trusted one. */
  admits(): Promise<boolean>
  /** `shell: 'refused'` when our key may only forward. */
  discover(folders: readonly string[]): Promise<MachineReport>
  /** Makes what is missing. A half of it may stand when it fails. */
  prepare(order: PrepareOrder): Promise<void>
  /** Takes back what `prepare` made under this mark, and folders that are empty. Absence is success. */
  unprepare(order: PrepareOrder): Promise<void>
  /**
   * Lets our key do nothing but forward from now on: proven over new connections before it stays, and taken back when
   * libvirt could not be reached so, or this process dies meanwhile. WRONG_STATE when our key is not in the host's files.
   */
  restrictKey(publicKey: string): Promise<void>
}

/** The report of a host that has no shell for us. */
export function silentReport(shell: 'refused' | 'none'): MachineReport {
  return { shell, os: null, kernel: null, cpu: null, numa: [], nics: [], bonds: [], bridges: [], mounts: [], folders: [], packages: [], commands: [], openVswitchVersion: null, kernelDatapath: null, startsGuestsAtBoot: null, timeMs: null }
}
