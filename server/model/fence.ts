/** How a host is switched off from outside. `manual`: by a person, who says so. */
export const fenceDeviceKinds = ['ipmi', 'redfish', 'libvirt', 'manual', 'simulated'] as const
export type FenceDeviceKind = (typeof fenceDeviceKinds)[number]

/** What proves that a host's VMs do not run: a device that was asked and says "off", or a person. */
export type ProofMethod = 'device' | 'operator'

/** What a device needs beside address and sign-in. */
export interface FenceOptions {
  /** IPMI: the cipher suite, 17 unless told. */
  cipher?: number
  /** Redfish: whether the certificate need not be one that this machine trusts. */
  insecure?: boolean
  /** Redfish: the system's path; libvirt: the name of the domain that is the host. */
  plug?: string
}
