import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { HostDuty, HostState } from '../../model/host.ts'
import type { HostLoss } from '../../model/placement/loss.ts'
import type { PoolKind, PoolPhase, PoolSource } from '../../model/pool.ts'
import type { CheckPoint, Discovery, HostAddressNote, UnmanagedVm } from '../../model/host-discovery.ts'
import { bytes, createdAt, id, updatedAt, version } from './columns.ts'

export const Installation = defineEntity({
  name: 'Installation',
  properties: { id: id(), singleton: p.boolean().default(true), generation: p.integer().default(1), streamEpoch: p.uuid(), prunedXid: p.bigint('string').columnType('xid8').default('0'), prunedId: p.bigint('string').default('0'), macPrefix: p.string().length(8), signUpOpen: p.boolean().default(true), createdAt: createdAt() },
})
export type Installation = InferEntity<typeof Installation>

export const Area = defineEntity({
  name: 'Area',
  properties: {
    id: id(),
    name: p.string().length(63).unique(),
    machineType: p.string().length(64).nullable(),
    cpuModel: p.string().length(64).nullable(),
    vlanRanges: p.string().columnType('int4multirange').default('{[2,4095)}'),
    vlanReserved: p.string().columnType('int4multirange').default('{}'),
    dns: p.array().columnType('inet[]').default([]),
    vcpuOvercommit: p.float().columnType('real').default(4),
    memoryOvercommit: p.float().columnType('real').default(1),
    /** A policy of ours, or the name of an own module. */
    placementPolicy: p.string().length(63).default('spread'),
    driftReportOnly: p.array().columnType('text[]').default([]),
    retiredAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Area = InferEntity<typeof Area>

export type HostKind = 'ssh' | 'local' | 'simulated'

/** The emptying of a host: who is stuck, by VM, with the moment (Unix ms of the database's clock) at which that was found. */
export interface HostDrain { taskId: string; onStuck: 'wait' | 'shutdown'; startedAt: string; stuck: { vmId: string; name: string; reason: string; foundMs: number; isAsked?: boolean }[] }

export const Host = defineEntity({
  name: 'Host',
  properties: {
    id: id(),
    area: () => p.manyToOne(Area).mapToPk(),
    name: p.string().length(63),
    kind: p.string().length(12).$type<HostKind>(),
    address: p.string().length(255).nullable(),
    sshPort: p.integer().nullable(),
    sshUser: p.string().length(63).nullable(),
    sshHostKey: p.text().nullable(),
    sshKeySealed: p.blob().nullable(),
    publicBridge: p.string().length(15).default('public-br'),
    trunkBridge: p.string().length(15).default('private-br'),
    state: p.string().length(12).$type<HostState>().default('enrolling'),
    stateReason: p.text().nullable(),
    duty: p.string().length(11).$type<HostDuty>().default('service'),
    drain: p.json<HostDrain>().nullable(),
    silentSince: p.datetime(3).nullable(),
    fencingAt: p.datetime(3).nullable(),
    labels: p.array().columnType('text[]').default([]),
    fqdn: p.string().length(253).nullable(),
    location: p.string().length(255).nullable(),
    rack: p.string().length(63).nullable(),
    addresses: p.json<HostAddressNote[]>().defaultRaw("'[]'"),
    roles: p.array().columnType('text[]').default(['hypervisor']),
    recordedMethods: p.array().columnType('text[]').default([]),
    sshOfferedKey: p.text().nullable(),
    sshExpectedFingerprint: p.string().length(64).nullable(),
    sshPublicKey: p.text().nullable(),
    sshKeyMade: p.boolean().default(false),
    sshKeyRestrictedAt: p.datetime(3).nullable(),
    hostUuid: p.uuid().nullable(),
    discovery: p.json<Discovery>().nullable(),
    discoveredAt: p.datetime(3).nullable(),
    checklist: p.json<CheckPoint[]>().defaultRaw("'[]'"),
    checkedAt: p.datetime(3).nullable(),
    unmanagedVms: p.json<UnmanagedVm[]>().defaultRaw("'[]'"),
    frozenReason: p.text().nullable(),
    frozenAt: p.datetime(3).nullable(),
    facts: p.json<Record<string, unknown>>().nullable(),
    cpus: p.integer().nullable(),
    memoryBytes: bytes().nullable(),
    reservedVcpus: p.integer().default(0),
    reservedMemoryBytes: bytes().default(268435456),
    loss: p.json<HostLoss>().nullable(),
    observedAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Host = InferEntity<typeof Host>

export const HostInventory = defineEntity({
  name: 'HostInventory',
  properties: { host: () => p.manyToOne(Host).mapToPk().primary(), takenAt: p.datetime(3), content: p.json<unknown>() },
})

export const HostLease = defineEntity({
  name: 'HostLease',
  properties: { host: () => p.manyToOne(Host).mapToPk().primary(), workerId: p.uuid(), epoch: p.bigint('number').default(1), expiresAt: p.datetime(3) },
})

export const Worker = defineEntity({
  name: 'Worker',
  properties: { id: id(), consoleUrl: p.string().length(255).nullable(), startedAt: createdAt(), seenAt: createdAt(), aliveUntil: p.datetime(6).nullable() },
})

export const Pool = defineEntity({
  name: 'Pool',
  properties: {
    id: id(),
    area: () => p.manyToOne(Area).mapToPk(),
    name: p.string().length(63),
    path: p.string().length(255),
    kind: p.string().length(5).$type<PoolKind>().default('dir'),
    source: p.json<PoolSource>().nullable(),
    secretSealed: p.blob().nullable(),
    nameOnHosts: p.string().length(63).nullable(),
    phase: p.string().length(8).$type<PoolPhase>().default('ready'),
    failure: p.text().nullable(),
    maintenanceAt: p.datetime(3).nullable(),
    retiredAt: p.datetime(3).nullable(),
    wipeOnDelete: p.boolean().default(false),
    diskOvercommit: p.float().columnType('real').default(4),
    markedAt: p.datetime(3).nullable(),
    capacityBytes: bytes().nullable(),
    availableBytes: bytes().nullable(),
    observedAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Pool = InferEntity<typeof Pool>

export const PoolHost = defineEntity({
  name: 'PoolHost',
  properties: {
    pool: () => p.manyToOne(Pool).mapToPk().primary(),
    host: () => p.manyToOne(Host).mapToPk().primary(),
    state: p.string().length(6).$type<'ready' | 'failed'>(),
    message: p.text().nullable(),
    remedy: p.text().nullable(),
    checkedAt: p.datetime(3),
  },
})
