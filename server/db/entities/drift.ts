import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { DriftKind } from '../../model/drift.ts'
import { createdAt, id, updatedAt, version } from './columns.ts'
import { Area, Host, Pool } from './infrastructure.ts'
import { Vm, VmInterface } from './vm.ts'
import { Task } from './work.ts'

export const Drift = defineEntity({
  name: 'Drift',
  properties: {
    id: id(),
    area: () => p.manyToOne(Area).mapToPk(),
    host: () => p.manyToOne(Host).mapToPk().nullable(),
    pool: () => p.manyToOne(Pool).mapToPk().nullable(),
    vmId: p.uuid().nullable(),
    kind: p.string().length(19).$type<DriftKind>(),
    subject: p.string().length(255),
    message: p.text(),
    firstSeenAt: p.datetime(3),
    lastSeenAt: p.datetime(3),
    tries: p.integer().default(0),
    task: () => p.manyToOne(Task).mapToPk().nullable(),
    ignoredAt: p.datetime(3).nullable(),
    repairedAt: p.datetime(3).nullable(),
    resolvedAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Drift = InferEntity<typeof Drift>

export type AddressSource = 'agent' | 'lease' | 'arp'

/** An address that a guest was seen to have, whoever gave it one. */
export const GuestAddress = defineEntity({
  name: 'GuestAddress',
  properties: {
    id: id(),
    vm: () => p.manyToOne(Vm).mapToPk(),
    interface: () => p.manyToOne(VmInterface).mapToPk(),
    ip: p.string().columnType('inet'),
    source: p.string().length(5).$type<AddressSource>(),
    firstSeenAt: createdAt(),
    lastSeenAt: createdAt(),
  },
})
