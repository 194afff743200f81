import { countAudit, listAudit } from '../server/app/audit-read.ts'
import type { Audit } from '../server/db/entities/audit.ts'
import type { AuditOutcome } from '../server/db/queries/audit.ts'
import { errorCodes } from '../server/model/errors.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import { ErrorCodeType } from './errors.ts'
import { decodeAnyId, decodeId, encodeId } from './global-id.ts'
import { TaskType, typeOfObject } from './task.ts'
import { UserType } from './user.ts'
import { WorkspaceType } from './workspace.ts'

const AuditOutcomeType = builder.enumType('AuditOutcome', {
  description: 'How something ended that somebody asked for.',
  values: {
    ALLOWED: { value: 'allowed' satisfies AuditOutcome, description: 'It was allowed, and done or begun.' },
    REFUSED: { value: 'refused' satisfies AuditOutcome, description: 'It was refused: `code` and `message` say why.' },
  },
})

const AuditEntryType = builder.objectRef<Audit>('AuditEntry').implement({
  description: 'Something that somebody did, or was refused: a mutation, a sign-in, or the opening of a console. Entries are never changed.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: ({ id }) => encodeId('AuditEntry', id) }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was.' }),
    user: t.field({ type: UserType, nullable: true, description: 'Who it was; null for nobody who was signed in, and for a user whom you do not see.', resolve: ({ userId }) => userId }),
    username: t.exposeString('username', { nullable: true, description: 'Their name at that time; null when nobody was signed in.' }),
    clientAddress: t.exposeString('clientAddress', { description: 'From which address.' }),
    requestId: t.exposeString('requestId', { description: 'The id of the request, for finding it in logs.' }),
    method: t.exposeString('method', { description: 'The mutation, for example `createVm`; `console` for a console that was opened.' }),
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace it was about, while there is one that you see.', resolve: ({ workspaceId }) => workspaceId }),
    objectId: t.id({ nullable: true, description: 'The id of what it was about: `node` reads it while it exists.', resolve: ({ objectType, objectId }) => (objectType && objectId ? encodeId(typeOfObject(objectType), objectId) : null) }),
    objectType: t.string({ nullable: true, description: 'The type of what it was about.', resolve: ({ objectType }) => (objectType ? typeOfObject(objectType) : null) }),
    objectName: t.exposeString('objectName', { nullable: true, description: 'The name of what it was about, at that time.' }),
    input: t.expose('input', { type: 'JSON', description: 'What was asked for, without its secrets.' }),
    dryRun: t.exposeBoolean('dryRun', { description: 'Whether only the plan was asked for.' }),
    outcome: t.field({ type: AuditOutcomeType, description: 'Whether it was allowed.', resolve: ({ errorCode }): AuditOutcome => (errorCode == null ? 'allowed' : 'refused') }),
    code: t.field({ type: ErrorCodeType, nullable: true, description: 'Why it was refused.', resolve: ({ errorCode }) => (errorCode == null ? null : errorCodes.includes(errorCode) ? errorCode : 'INTERNAL') }),
    message: t.exposeString('errorMessage', { nullable: true, description: 'Why it was refused, as the one who asked was told.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that came of it, while it is kept.', resolve: ({ taskId }) => taskId }),
  }),
})

builder.queryField('auditEntries', (t) => t.connection({
  type: AuditEntryType,
  description: 'What was done and refused, newest first: in workspaces in which you hold `user:edit`, as owners do, and whatever you did yourself, your sign-ins for example; for superusers all. All filters must hold.',
  args: {
    workspaceId: t.arg.id({ description: 'Only what was about this workspace. Needs `user:edit` in it.' }),
    userId: t.arg.id({ description: 'Only what this user did.' }),
    objectId: t.arg.id({ description: 'Only what was about this object, of whatever type.' }),
    methods: t.arg.stringList({ description: 'Only these mutations, for example `signIn`; `console` for consoles that were opened.' }),
    outcome: t.arg({ type: AuditOutcomeType, description: 'Only what was allowed, or only what was refused.' }),
    since: t.arg({ type: 'DateTime', description: 'Only what was at this time or later.' }),
    until: t.arg({ type: 'DateTime', description: 'Only what was before this time.' }),
  },
  resolve: (_root, { workspaceId, userId, objectId, methods, outcome, since, until, ...args }, context) => {
    const filter = {
      workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'),
      userId: userId == null ? undefined : decodeId('User', userId, 'userId'),
      objectId: objectId == null ? undefined : decodeAnyId(objectId, 'objectId').id,
      methods: methods ?? undefined,
      outcome: outcome ?? undefined,
      since: since ?? undefined,
      until: until ?? undefined,
    }
    return pageWithTotal(args, (page) => listAudit(context, filter, page), () => countAudit(context, filter))
  },
}, { name: 'AuditEntryConnection', description: 'One page of the audit.' }, { name: 'AuditEntryEdge', description: 'An entry with its cursor.' }))
