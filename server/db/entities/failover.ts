import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { FenceDeviceKind, FenceOptions, ProofMethod } from '../../model/fence.ts'
import { createdAt, id, updatedAt, version } from './columns.ts'
import { Host } from './infrastructure.ts'
import { UserAccount } from './people.ts'
import { Vm } from './vm.ts'

export const FenceDevice = defineEntity({
  name: 'FenceDevice',
  properties: {
    id: id(),
    host: () => p.manyToOne(Host).mapToPk(),
    position: p.integer(),
    kind: p.string().length(9).$type<FenceDeviceKind>(),
    address: p.string().length(255).nullable(),
    port: p.integer().nullable(),
    username: p.string().length(255).nullable(),
    passwordSealed: p.blob().nullable(),
    options: p.json<FenceOptions>().default('{}'),
    testedAt: p.datetime(3).nullable(),
    testResult: p.text().nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type FenceDevice = InferEntity<typeof FenceDevice>

export const HostOutage = defineEntity({
  name: 'HostOutage',
  properties: {
    id: id(),
    host: () => p.manyToOne(Host).mapToPk(),
    silentSince: p.datetime(3),
    downAt: createdAt(),
    doubt: p.text().nullable(),
    missing: p.text().nullable(),
    triedAt: p.datetime(3).nullable(),
    endedAt: p.datetime(3).nullable(),
  },
})
export type HostOutage = InferEntity<typeof HostOutage>

export const Fence = defineEntity({
  name: 'Fence',
  properties: {
    id: id(),
    outage: () => p.manyToOne(HostOutage).mapToPk(),
    method: p.string().length(8).$type<ProofMethod>(),
    deviceId: p.uuid().nullable(),
    user: () => p.manyToOne(UserAccount).mapToPk().nullable(),
    requestedAt: p.datetime(3),
    confirmedAt: createdAt(),
    detail: p.text(),
  },
})

export const VmRecovery = defineEntity({
  name: 'VmRecovery',
  properties: {
    outage: () => p.manyToOne(HostOutage).mapToPk().primary(),
    vm: () => p.manyToOne(Vm).mapToPk().primary(),
    toHost: () => p.manyToOne(Host).mapToPk(),
    movedAt: createdAt(),
    startedAt: p.datetime(3).nullable(),
  },
})

export const HostDoubt = defineEntity({
  name: 'HostDoubt',
  properties: { host: () => p.manyToOne(Host).mapToPk().primary(), workerId: p.uuid(), askedAt: createdAt() },
})

export const HostVerdict = defineEntity({
  name: 'HostVerdict',
  properties: { host: () => p.manyToOne(Host).mapToPk().primary(), workerId: p.uuid().primary(), alive: p.boolean(), hears: p.integer(), at: createdAt() },
})

export const HostSilence = defineEntity({
  name: 'HostSilence',
  properties: { host: () => p.manyToOne(Host).mapToPk().primary(), beganAt: p.datetime(3).primary(), endedAt: createdAt() },
})
