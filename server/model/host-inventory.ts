import type { PowerState } from './vm.ts'

/** Whose a pool is (decision 10). `epoch` tells two lives of one installation's database apart that have the same generation. */
export interface Ownership { installationId: string; generation: number; epoch: string }

/** What a pool's marker says. `unreadable`: something stands under its name that is not one. */
/** `poolId`: of which pool; markers of older releases do not tell. */
export type Claim = { kind: 'absent' } | { kind: 'unreadable' } | ({ kind: 'claimed'; poolId?: string } & Ownership)

export interface SeenVm {
  domainUuid: string
  power: PowerState
  /** Its creation was cut off: it waits for its first instruction. */
  isHeld: boolean
  owner: { installationId: string; generation: number; vmId: string } | null
}

/** What a worker saw on a host: all that a review needs. */
export interface HostInventory {
  vms: SeenVm[]
  /** Pools that the host cannot read now are left out. */
  pools: { poolId: string; name: string; claim: Claim; volumes: string[] }[]
  ports: { portId: string; vlan: number | null; domainUuid: string | null }[]
}

/**
 * Why Kloudak must keep its hands off the host, as a sentence; undefined when nothing speaks against it. A generation of our
 * own that is newer than ours: another copy of these books has gone on without us.
 */
export function quarrelOf(own: Ownership, { vms, pools }: { vms: readonly SeenVm[]; pools: readonly { poolId: string; name: string; claim: Claim; wasMarked: boolean }[] }): string | undefined {
  for (const { poolId, name, claim, wasMarked } of pools) {
    if (claim.kind === 'unreadable') return `The marker of the pool ${name} cannot be read: nobody knows whose the pool is.`
    if (claim.kind === 'absent') {
      if (wasMarked) return `The pool ${name} had these books' marker and has none on this host: what is there now is not the folder that it was; perhaps that is not mounted.`
      if (vms.some(({ owner }) => owner && owner.installationId !== own.installationId)) return `The host runs VMs of another Kloudak, and the pool ${name} has no marker: nobody knows whose the pool is.`
      continue
    }
    if (claim.installationId !== own.installationId) return `The pool ${name} belongs to another Kloudak (installation ${claim.installationId}).`
    if (claim.epoch !== own.epoch) return `The pool ${name} belongs to another life of this Kloudak's database (generation ${claim.generation}; this is ${own.generation}).`
    if (claim.poolId !== undefined && claim.poolId !== poolId) return `Where this host should have the pool ${name} it has the marker of another pool of these books: another file system is mounted there.`
  }
  const newer = vms.find(({ owner }) => owner?.installationId === own.installationId && owner.generation > own.generation)
  return newer && `A VM on the host is of generation ${newer.owner!.generation} of this Kloudak, newer than these books (${own.generation}).`
}

/** The sentence that says why a review would not help: the pool is another's until a person removes its marker. */
export function foreignClaim(own: Ownership, { pools }: Pick<HostInventory, 'pools'>): { message: string; remedy: string } | undefined {
  const foreign = pools.find(({ claim }) => claim.kind === 'claimed' && claim.installationId !== own.installationId)
  if (!foreign || foreign.claim.kind !== 'claimed') return undefined
  return {
    message: `The pool ${foreign.name} belongs to another Kloudak (installation ${foreign.claim.installationId}).`,
    remedy: `Use another pool. Only if that Kloudak is gone for ever, remove the file kloudak-installation.json from the pool, and ask again.`,
  }
}

/** The generation that these books must have to be newer than all that was seen of this installation. */
export function generationBeyond(own: Ownership, { vms, pools }: Pick<HostInventory, 'vms' | 'pools'>): number {
  const seen = [
    ...pools.flatMap(({ claim }) => (claim.kind === 'claimed' && claim.installationId === own.installationId && claim.epoch !== own.epoch ? [claim.generation + 1] : [])),
    ...vms.flatMap(({ owner }) => (owner?.installationId === own.installationId ? [owner.generation] : [])),
  ]
  return Math.max(own.generation, ...seen)
}
