import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity, Opt } from '@mikro-orm/core'
import type { DesiredPower, InterfacePhase, PowerState, VmPhase } from '../../model/vm.ts'
import { ImageReplica, InstanceType, Template } from './catalogue.ts'
import { bytes, createdAt, id, updatedAt, version } from './columns.ts'
import { Area, Host, Pool } from './infrastructure.ts'
import { Network } from './network.ts'
import { UserAccount, Workspace } from './people.ts'

/** What the host can do, chosen once at the VM's birth and kept for its whole life (decision 15). */
export interface VmMachine { domainType: 'kvm' | 'qemu'; emulator: string; architecture: string; machineType: string; cpuModel: string }

/** What the VM's last move from host to host took; numbers are null where nothing was sent. Times are ISO 8601. */
export interface LastMigration { fromHostId: string; toHostId: string; taskId: string; startedAt: string; finishedAt: string; isLive: boolean; durationMs: number | null; downtimeMs: number | null; bytes: number | null }

export const Vm = defineEntity({
  name: 'Vm',
  properties: {
    id: id(),
    number: p.integer().generated('identity').unique().$type<Opt<number>>(),
    workspace: () => p.manyToOne(Workspace).mapToPk(),
    area: () => p.manyToOne(Area).mapToPk(),
    /** Null for one that was made from an image and an instance type. */
    template: () => p.manyToOne(Template).mapToPk().nullable(),
    instanceType: () => p.manyToOne(InstanceType).mapToPk().nullable(),
    /** Of the birth, as `cloneMode`: taken from the template by trigger when left out. */
    imageVersionId: p.uuid().$type<Opt<string>>(),
    cloneMode: p.string().length(6).$type<Opt<'linked' | 'full'>>(),
    host: () => p.manyToOne(Host).mapToPk(),
    name: p.string().length(63),
    description: p.text().default(''),
    hostname: p.string().length(63),
    domainUuid: p.uuid().unique(),
    phase: p.string().length(8).$type<VmPhase>().default('disk'),
    failure: p.text().nullable(),
    desiredPower: p.string().length(7).$type<DesiredPower>().default('running'),
    observedPower: p.string().length(7).$type<PowerState>().default('unknown'),
    observedAt: p.datetime(3).nullable(),
    recoveryPriority: p.smallint().default(50),
    vcpus: p.integer(),
    memoryBytes: bytes(),
    machine: p.json<VmMachine>(),
    /** Labels of hosts that it may run on, and of those that it may not. */
    requiredLabels: p.array().default([]),
    avoidedLabels: p.array().default([]),
    passwordHash: p.text().nullable(),
    sshKeys: p.array(),
    /** User data for cloud-init, which may hold secrets: sealed (decision 21). */
    userDataSealed: p.blob().nullable(),
    lastMigration: p.json<LastMigration>().nullable(),
    createdBy: () => p.manyToOne(UserAccount).mapToPk().fieldName('created_by'),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Vm = InferEntity<typeof Vm>

export const Disk = defineEntity({
  name: 'Disk',
  properties: {
    id: id(),
    vm: () => p.manyToOne(Vm).mapToPk(),
    position: p.integer(),
    pool: () => p.manyToOne(Pool).mapToPk(),
    volume: p.string().length(255),
    sizeBytes: bytes(),
    replica: () => p.manyToOne(ImageReplica).mapToPk().nullable(),
    createdAt: createdAt(),
  },
})
export type Disk = InferEntity<typeof Disk>

export const VmInterface = defineEntity({
  name: 'VmInterface',
  properties: {
    id: id(),
    vm: () => p.manyToOne(Vm).mapToPk(),
    position: p.integer(),
    network: () => p.manyToOne(Network).mapToPk(),
    mac: p.string().columnType('macaddr').unique(),
    phase: p.string().length(9).$type<InterfacePhase>().default('ready'),
    configuredInGuest: p.boolean().default(true),
    createdAt: createdAt(),
  },
})
export type VmInterface = InferEntity<typeof VmInterface>

export const Reservation = defineEntity({
  name: 'Reservation',
  properties: {
    id: id(),
    vm: () => p.manyToOne(Vm).mapToPk(),
    host: () => p.manyToOne(Host).mapToPk().nullable(),
    pool: () => p.manyToOne(Pool).mapToPk().nullable(),
    vcpus: p.integer().default(0),
    memoryBytes: bytes().default(0),
    diskBytes: bytes().default(0),
    reason: p.string().length(20),
    createdAt: createdAt(),
  },
})
