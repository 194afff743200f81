import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import { bytes, createdAt, id, updatedAt, version } from './columns.ts'
import { Pool } from './infrastructure.ts'
import { Workspace } from './people.ts'

/** Offered to all workspaces unless `isPublic` is false; then to those that the table beside it names. */
const isPublic = () => p.boolean().default(true)

export const Image = defineEntity({
  name: 'Image',
  properties: { id: id(), name: p.string().length(63).unique(), os: p.string().length(63), isPublic: isPublic(), retiredAt: p.datetime(3).nullable(), createdAt: createdAt(), version: version(), updatedAt: updatedAt() },
})
export type Image = InferEntity<typeof Image>

export const ImageVersion = defineEntity({
  name: 'ImageVersion',
  properties: {
    id: id(),
    image: () => p.manyToOne(Image).mapToPk(),
    number: p.integer(),
    sha256: p.string().columnType('char(64)'),
    format: p.string().length(5).$type<'qcow2' | 'raw'>(),
    sizeBytes: bytes(),
    virtualSizeBytes: bytes(),
    sourcePath: p.text().nullable(),
    sourceUrl: p.text().nullable(),
    createdAt: createdAt(),
  },
})
export type ImageVersion = InferEntity<typeof ImageVersion>

export const ImageReplica = defineEntity({
  name: 'ImageReplica',
  properties: {
    id: id(),
    imageVersion: () => p.manyToOne(ImageVersion).mapToPk(),
    pool: () => p.manyToOne(Pool).mapToPk(),
    volume: p.string().length(255),
    state: p.string().length(9).$type<'uploading' | 'ready' | 'failed'>().default('uploading'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})

export const Template = defineEntity({
  name: 'Template',
  properties: {
    id: id(),
    name: p.string().length(63).unique(),
    os: p.string().length(63),
    description: p.text().default(''),
    vcpus: p.integer(),
    memoryBytes: bytes(),
    diskBytes: bytes(),
    imageVersion: () => p.manyToOne(ImageVersion).mapToPk(),
    guestInterface: p.string().length(15).default('eth0'),
    cloneMode: p.string().length(6).$type<'linked' | 'full'>().default('linked'),
    /** Labels of hosts, for the VMs made from it. */
    requiredLabels: p.array().default([]),
    avoidedLabels: p.array().default([]),
    isPublic: isPublic(),
    retiredAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Template = InferEntity<typeof Template>

export const InstanceType = defineEntity({
  name: 'InstanceType',
  properties: {
    id: id(),
    name: p.string().length(63).unique(),
    description: p.text().default(''),
    vcpus: p.integer(),
    memoryBytes: bytes(),
    diskBytes: bytes(),
    requiredLabels: p.array().default([]),
    avoidedLabels: p.array().default([]),
    isPublic: isPublic(),
    retiredAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type InstanceType = InferEntity<typeof InstanceType>

export const ImageWorkspace = defineEntity({
  name: 'ImageWorkspace',
  properties: { image: () => p.manyToOne(Image).mapToPk().primary(), workspace: () => p.manyToOne(Workspace).mapToPk().primary() },
})

export const TemplateWorkspace = defineEntity({
  name: 'TemplateWorkspace',
  properties: { template: () => p.manyToOne(Template).mapToPk().primary(), workspace: () => p.manyToOne(Workspace).mapToPk().primary() },
})

export const InstanceTypeWorkspace = defineEntity({
  name: 'InstanceTypeWorkspace',
  properties: { instanceType: () => p.manyToOne(InstanceType).mapToPk().primary(), workspace: () => p.manyToOne(Workspace).mapToPk().primary() },
})
