/** Of the VMs that could not start elsewhere, as many are named. */
export const namedVms = 100

/** What would become of a host's VMs if it died now. Stored with the host. */
export interface HostLoss {
  /** Whether all of them could start elsewhere. */
  ok: boolean
  /** How many could not. */
  wouldNotFit: number
  vms: { vmId: string; reason: string }[]
}

export const sameLoss = (a: HostLoss | null, b: HostLoss | null): boolean => {
  if (a === null || b === null) return a === b
  return a.wouldNotFit === b.wouldNotFit && a.vms.length === b.vms.length && a.vms.every(({ vmId, reason }, index) => b.vms[index]!.vmId === vmId && b.vms[index]!.reason === reason)
}
