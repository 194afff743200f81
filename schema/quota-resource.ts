import { quotaResources } from '../server/model/quota.ts'
import type { QuotaResource } from '../server/model/quota.ts'
import { builder } from './builder.ts'

const meanings: Record<QuotaResource, string> = {
  vms: 'Virtual machines, whatever their state, until they are really gone.',
  vcpus: 'Virtual processors of all VMs, also of those that are stopped.',
  memoryBytes: 'Memory of all VMs in bytes, also of those that are stopped.',
  diskBytes: 'Sizes of all disks in bytes, as their guests see them.',
  networks: 'Networks of the workspace\'s own.',
  routers: 'Routers. There are none yet: the limit is kept, and 0 are used.',
  addresses: 'Addresses that its VMs hold, on public networks too; IPv4 and IPv6 count alike.',
  snapshots: 'Snapshots. There are none yet: the limit is kept, and 0 are used.',
}

const constantOf = (resource: QuotaResource) => resource.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

export const QuotaResourceType = builder.enumType('QuotaResource', {
  description: 'What a workspace may have a limited amount of.',
  values: Object.fromEntries(quotaResources.map((resource) => [constantOf(resource), { value: resource, description: meanings[resource] }])) as Record<string, { value: QuotaResource; description: string }>,
})
