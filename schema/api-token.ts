import { countApiTokens, createApiToken, findApiToken, listApiTokens, revokeApiToken } from '../server/app/api-token.ts'
import type { Session, TokenScope } from '../server/db/entities/people.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import { decodeId, encodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { WorkspaceType } from './workspace.ts'

const ApiTokenScopeType = builder.objectRef<TokenScope>('ApiTokenScope').implement({
  description: 'What a token may do at most, in one workspace or in all of its user\'s.',
  fields: (t) => ({
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace; null for all, and for one that you no longer see.', resolve: ({ workspaceId }) => workspaceId }),
    allWorkspaces: t.boolean({ description: 'Whether it is for all workspaces of the user, later ones included.', resolve: ({ workspaceId }) => workspaceId === null }),
    permissions: t.exposeStringList('permissions', { description: 'Codes such as `vm:edit`. The user\'s own permissions bound them at each moment.' }),
  }),
})

const ApiTokenType = builder.objectRef<Session>('ApiToken').implement({
  description: 'A token of yours for programs: it is sent as `Authorization: Bearer kld_...`, and has at most your own rights.',
  fields: (t) => ({
    id: t.id({ description: 'Its id: `revokeApiToken` takes it.', resolve: ({ id }) => encodeId('ApiToken', id) }),
    name: t.string({ description: 'What you called it.', resolve: ({ name }) => name! }),
    scopes: t.field({ type: [ApiTokenScopeType], description: 'What it may do at most.', resolve: ({ scopes }) => scopes! }),
    superuser: t.exposeBoolean('superuserScope', { description: 'Whether it has your rights as a superuser, while you have them.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was revoked.' }),
    lastUsedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it was used last, to the minute; null when it never was.', resolve: ({ usedAt, createdAt }) => (usedAt.getTime() === createdAt.getTime() ? null : usedAt) }),
  }),
})

builder.queryField('apiTokens', (t) => t.connection({
  type: ApiTokenType,
  description: 'Your API tokens, newest first; those that ended stay on the list for a month. Not for API tokens themselves.',
  resolve: (_root, args, context) => pageWithTotal(args, (page) => listApiTokens(context, page), () => countApiTokens(context)),
}))

const ScopeInput = builder.inputType('ApiTokenScopeInput', {
  description: 'What a token may do at most, in one workspace or in all of yours.',
  fields: (t) => ({
    workspaceId: t.id({ description: 'The workspace; without it all of yours, later ones included.' }),
    permissions: t.stringList({ required: true, description: 'Codes such as `vm:edit`. Without any the token may only see.' }),
  }),
})

mutation('createApiToken', {
  description: 'Makes a token for programs, which never has more than your own rights at each moment. It cannot make tokens, change your account, or appoint superusers. Needs a sign-in.',
  input: (t) => ({
    name: t.string({ required: true, description: 'What it is for: 1 to 63 characters.' }),
    scopes: t.field({ type: [ScopeInput], required: true, description: 'Where it may do what. A workspace that no scope names is not there for it.' }),
    superuser: t.boolean({ defaultValue: false, description: 'For superusers: whether it has your rights as one.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends, within a year; in 90 days when not said.' }),
  }),
  payload: (t) => ({
    apiToken: t.field({ type: ApiTokenType, nullable: true, description: 'The token; null for a dry run.' }),
    token: t.string({ nullable: true, description: 'What to send, told this once: only its hash is kept. Null for a dry run, and when the request is repeated.' }),
  }),
  resolve: async (input, context) => {
    const scopes = input.scopes.map(({ workspaceId, permissions }, index) => ({ permissions, workspaceId: workspaceId == null ? null : decodeId('Workspace', workspaceId, `scopes.${index}.workspaceId`) }))
    const { objectId, token } = await createApiToken(context, { ...input, scopes })
    return { apiToken: await findApiToken(context, objectId), token }
  },
})

mutation('revokeApiToken', {
  description: 'Ends a token of yours at once, with its sockets and consoles. Needs a sign-in.',
  input: (t) => ({ tokenId: t.id({ required: true, description: 'The token.' }) }),
  payload: (t) => ({ apiToken: t.field({ type: ApiTokenType, nullable: true, description: 'The token.' }) }),
  resolve: async (input, context) => {
    const { objectId } = await revokeApiToken(context, { ...input, tokenId: decodeId('ApiToken', input.tokenId, 'tokenId') })
    return { apiToken: await findApiToken(context, objectId) }
  },
})
