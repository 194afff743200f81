import { KloudakError } from './errors.ts'
import { formatBytes } from './units.ts'

/** What a workspace may have a limited amount of. Routers and snapshots are not there yet: their usage is 0. */
export const quotaResources = ['vms', 'vcpus', 'memoryBytes', 'diskBytes', 'networks', 'routers', 'addresses', 'snapshots'] as const
export type QuotaResource = (typeof quotaResources)[number]

/** An amount of some resources: bytes of memory and disk, pieces of all others. */
export type QuotaAmounts = Partial<Record<QuotaResource, number>>

/** What there is of one resource; without a limit there may be any amount. It can be below the usage: then nothing new comes. */
export interface Quota { resource: QuotaResource; limit: number | null; used: number }

const words: Record<QuotaResource, string> = { vms: 'VMs', vcpus: 'vCPUs', memoryBytes: 'memory', diskBytes: 'disk space', networks: 'networks', routers: 'routers', addresses: 'addresses', snapshots: 'snapshots' }
const isBytes = (resource: QuotaResource) => resource === 'memoryBytes' || resource === 'diskBytes'

/** What people call the resource: `VMs`, `memory`. */
export const quotaWord = (resource: QuotaResource): string => words[resource]
export const formatQuota = (resource: QuotaResource, amount: number): string => (isBytes(resource) ? formatBytes(amount) : String(amount))

/** QUOTA_EXCEEDED, with what a program needs to know of it. */
export class QuotaExceeded extends KloudakError {
  readonly quota: QuotaResource
  readonly used: number
  readonly asked: number
  readonly limit: number

  constructor({ resource, used, limit }: { resource: QuotaResource; used: number; limit: number }, asked: number, field: string) {
    const show = (amount: number) => formatQuota(resource, amount)
    super('QUOTA_EXCEEDED', `The workspace's quota of ${quotaWord(resource)} is ${show(limit)}: ${show(used)} used, ${show(asked)} more asked for.`, {
      field, remedy: used < limit ? `Ask for at most ${show(limit - used)}, delete what is not needed, or ask an operator for a larger quota.` : 'Delete what is not needed, or ask an operator for a larger quota.',
    })
    this.quota = resource
    this.used = used
    this.asked = asked
    this.limit = limit
  }
}

/** Throws QuotaExceeded for the first resource of which more is asked for than its limit leaves. `fields`: the input field that asks for it. */
export function checkQuotas(quotas: readonly Quota[], asked: QuotaAmounts, fields: Partial<Record<QuotaResource, string>>): void {
  for (const { resource, limit, used } of quotas) {
    const more = asked[resource] ?? 0
    if (limit !== null && more > 0 && used + more > limit) throw new QuotaExceeded({ resource, used, limit }, more, fields[resource] ?? 'workspaceId')
  }
}
