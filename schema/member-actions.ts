import { addMember, removeMember, updateMember } from '../server/app/member.ts'
import type { builder } from './builder.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { MemberType, WorkspaceRoleType } from './member.ts'
import { mutation } from './mutation.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const wantedFields = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({
  role: t.field({ type: WorkspaceRoleType, description: 'A preset, unless permissions are given.' }),
  permissions: t.stringList({ description: 'Permissions one by one, such as `vm:edit`, unless a role is given.' }),
})
const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  member: t.field({ type: MemberType, nullable: true, description: 'The member; null when a repetition finds them gone, and for a dry run that made none.' }),
})

/** What the caller may do may have changed: what is read next must know it. */
async function lookAgain(context: Context): Promise<void> {
  context.actor = await context.auth.actors.now(context.actor!.sessionId)
}

mutation('addMember', {
  description: 'Makes somebody a member of a workspace. Needs `user:add`, and every permission that is given: nobody gives what they do not hold. CONFLICT when they are a member.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace.' }),
    username: t.string({ required: true, description: 'The name that they sign in with.' }),
    ...wantedFields(t),
  }),
  payload: payloadFields,
  resolve: async (input, context) => ({ member: (await addMember(context, { ...input, workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId') })).objectId }),
})

mutation('updateMember', {
  description: 'Changes what a member may do. Needs `user:edit`, every permission that is given, and every one that the member holds. The last owner stays an owner.',
  input: (t) => ({ memberId: t.id({ required: true, description: 'The member.' }), ...wantedFields(t) }),
  payload: payloadFields,
  resolve: async (input, context) => {
    const { objectId } = await updateMember(context, { ...input, memberId: decodeId('Member', input.memberId, 'memberId') })
    await lookAgain(context)
    return { member: objectId }
  },
})

mutation('removeMember', {
  description: 'Removes a member; what they follow or have open in the workspace is closed at once. Needs `user:delete` and every permission that the member holds; nobody needs a permission to leave. The last owner cannot go.',
  input: (t) => ({ memberId: t.id({ required: true, description: 'The member.' }) }),
  payload: (t) => ({ memberId: t.id({ description: 'The id of the membership that is gone.' }) }),
  resolve: async (input, context) => {
    await removeMember(context, { ...input, memberId: decodeId('Member', input.memberId, 'memberId') })
    await lookAgain(context)
    return { memberId: input.memberId }
  },
})
