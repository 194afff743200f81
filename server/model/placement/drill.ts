/** What would become of a host's VMs if it died now. Stored with the host; a hundred VMs at most are named. */
export interface HostLoss {
  /** Whether all of them could start elsewhere. */
  ok: boolean
  /** How many could not. */
  wouldNotFit: number
  vms: { vmId: string; reason: string }[]
}
