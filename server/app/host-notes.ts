import { hostMethods, hostRoles } from '../model/host-discovery.ts'
import type { HostAddressNote, HostMethod, HostRole } from '../model/host-discovery.ts'
import { checkAddresses, checkFqdn, checkLabels, checkPlace } from '../model/host-input.ts'

/** What an operator says of a host and Kloudak cannot find out. An empty text is as none: the API shows neither. */
export interface HostNotes {
  fqdn?: string | null | undefined
  location?: string | null | undefined
  rack?: string | null | undefined
  labels?: readonly string[] | null | undefined
  addresses?: readonly HostAddressNote[] | null | undefined
  /** Only `hypervisor` has a meaning yet; the others are recorded. */
  roles?: readonly HostRole[] | null | undefined
  /** Recorded, beside those that the host has proven. */
  methods?: readonly HostMethod[] | null | undefined
}

/** The columns that the input sets. INVALID_INPUT with the field at fault. */
export function notesOf({ fqdn, location, rack, labels, addresses, roles, methods }: HostNotes) {
  return {
    ...(fqdn == null ? {} : { fqdn: fqdn === '' ? fqdn : checkFqdn(fqdn) }),
    ...(location == null ? {} : { location: location === '' ? location : checkPlace(location, 'location') }),
    ...(rack == null ? {} : { rack: rack === '' ? rack : checkPlace(rack, 'rack') }),
    ...(labels == null ? {} : { labels: checkLabels(labels) }),
    ...(addresses == null ? {} : { addresses: checkAddresses(addresses) }),
    ...(roles == null ? {} : { roles: hostRoles.filter((role) => roles.includes(role)) as string[] }),
    ...(methods == null ? {} : { recordedMethods: hostMethods.filter((method) => methods.includes(method)) as string[] }),
  }
}
