import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { ErrorCode } from '../../model/errors.ts'
import { createdAt, id } from './columns.ts'

/** What somebody did, or was refused. Written by `writeAudit` alone and never changed; refers to no other table. */
export const Audit = defineEntity({
  name: 'Audit',
  properties: {
    id: id(),
    at: createdAt(),
    userId: p.uuid().nullable(),
    username: p.string().length(63).nullable(),
    sessionId: p.uuid().nullable(),
    clientAddress: p.string().length(64),
    requestId: p.string().length(64),
    method: p.string().length(40),
    workspaceId: p.uuid().nullable(),
    objectType: p.string().length(20).nullable(),
    objectId: p.uuid().nullable(),
    objectName: p.string().length(255).nullable(),
    input: p.json<Record<string, unknown>>(),
    dryRun: p.boolean().default(false),
    taskId: p.uuid().nullable(),
    /** Null when it was allowed. */
    errorCode: p.string().length(20).$type<ErrorCode>().nullable(),
    errorMessage: p.text().nullable(),
  },
})
export type Audit = InferEntity<typeof Audit>
