import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity, Opt } from '@mikro-orm/core'
import { createdAt, id, updatedAt, version } from './columns.ts'
import { Area } from './infrastructure.ts'
import { Workspace } from './people.ts'

export type NetworkPhase = 'creating' | 'ready' | 'deleting' | 'failed'

export const Network = defineEntity({
  name: 'Network',
  properties: {
    id: id(),
    workspace: () => p.manyToOne(Workspace).mapToPk().nullable(),
    area: () => p.manyToOne(Area).mapToPk(),
    name: p.string().length(63),
    description: p.text().default(''),
    kind: p.string().length(7).$type<'private' | 'public'>().default('private'),
    vlan: p.integer().nullable(),
    phase: p.string().length(8).$type<NetworkPhase>().default('creating'),
    failure: p.text().nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Network = InferEntity<typeof Network>

export const Subnet = defineEntity({
  name: 'Subnet',
  properties: {
    id: id(),
    network: () => p.manyToOne(Network).mapToPk(),
    cidr: p.string().columnType('cidr'),
    gateway: p.string().columnType('inet').nullable(),
    dns: p.array().columnType('inet[]'),
    rangeFirst: p.string().columnType('inet'),
    rangeLast: p.string().columnType('inet'),
    createdAt: createdAt(),
  },
})
export type Subnet = InferEntity<typeof Subnet>

export const ReservedRange = defineEntity({
  name: 'ReservedRange',
  properties: {
    id: id(),
    subnet: () => p.manyToOne(Subnet).mapToPk(),
    first: p.string().columnType('inet'),
    last: p.string().columnType('inet'),
    reason: p.string().length(63).default(''),
  },
})

export const Address = defineEntity({
  name: 'Address',
  properties: {
    id: id(),
    /** Null once the subnet is gone. */
    subnet: () => p.manyToOne(Subnet).mapToPk().nullable(),
    /** This, the workspace and the name are written by trigger. */
    onNetworkId: p.uuid().$type<Opt<string>>(),
    forWorkspaceId: p.uuid().nullable(),
    vmName: p.string().length(63).nullable(),
    ip: p.string().columnType('inet'),
    interfaceId: p.uuid(),
    vmId: p.uuid(),
    heldFrom: createdAt(),
    releasedAt: p.datetime(3).nullable(),
  },
})
