import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import { createdAt, id, updatedAt, version } from './columns.ts'

export const UserAccount = defineEntity({
  name: 'UserAccount',
  properties: {
    id: id(),
    username: p.string().length(63),
    usernameKey: p.string().length(63).unique(),
    email: p.string().length(254).nullable(),
    passwordHash: p.text(),
    superuser: p.boolean().default(false),
    disabledAt: p.datetime(3).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type UserAccount = InferEntity<typeof UserAccount>

/** What an API token may do at most, in one workspace or, without one, in all of its user's. */
export interface TokenScope { workspaceId: string | null; permissions: string[] }

/** A sign-in, or an API token. */
export const Session = defineEntity({
  name: 'Session',
  properties: {
    id: id(),
    user: () => p.manyToOne(UserAccount).mapToPk(),
    kind: p.string().length(7).$type<'sign-in' | 'token'>().default('sign-in'),
    name: p.string().length(63).nullable(),
    scopes: p.json<TokenScope[]>().nullable(),
    superuserScope: p.boolean().default(false),
    tokenHash: p.blob(),
    previousTokenHash: p.blob().nullable(),
    createdAt: createdAt(),
    usedAt: createdAt(),
    expiresAt: p.datetime(3),
    revokedAt: p.datetime(3).nullable(),
  },
})
export type Session = InferEntity<typeof Session>

export const SigningKey = defineEntity({
  name: 'SigningKey',
  properties: {
    id: id(),
    algorithm: p.string().length(10),
    publicJwk: p.json<Record<string, unknown>>(),
    privateSealed: p.blob(),
    createdAt: createdAt(),
    signsUntil: p.datetime(3),
    publishedUntil: p.datetime(3),
  },
})

export type WorkspacePhase = 'ready' | 'deleting'

export const Workspace = defineEntity({
  name: 'Workspace',
  properties: {
    id: id(),
    name: p.string().length(63),
    nameKey: p.string().length(63).unique(),
    phase: p.string().length(8).$type<WorkspacePhase>().default('ready'),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Workspace = InferEntity<typeof Workspace>

export const Membership = defineEntity({
  name: 'Membership',
  properties: {
    workspace: () => p.manyToOne(Workspace).mapToPk().primary(),
    user: () => p.manyToOne(UserAccount).mapToPk().primary(),
    /** What clients know it by. */
    id: p.uuid().unique().defaultRaw('gen_random_uuid()'),
    permissions: p.array(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Membership = InferEntity<typeof Membership>
