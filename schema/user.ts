import { findUsers, seesAccount } from '../server/app/user.ts'
import { updateProfile } from '../server/app/profile.ts'
import type { UserAccount } from '../server/db/entities/people.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { mutation } from './mutation.ts'

export const UserType = builder.loadableNodeRef('User', {
  load: (ids: string[], context: Context) => findUsers(context, ids),
  id: { resolve: ({ id }: UserAccount) => id },
  sort: ({ id }: UserAccount) => id,
})

UserType.implement({
  description: 'A person, or a program, that signs in.',
  fields: (t) => ({
    username: t.exposeString('username', { description: 'The name to sign in with, unique in this Kloudak.' }),
    superuser: t.exposeBoolean('superuser', { description: 'Whether they may do everything everywhere.' }),
    email: t.string({ nullable: true, description: 'Where to write to them; told to themselves and to superusers.', resolve: ({ id, email }, _args, { actor }) => (seesAccount(actor, id) ? email : null) }),
    disabledAt: t.field({ type: 'DateTime', nullable: true, description: 'When the account was disabled; told to superusers. Null while it may sign in.', resolve: ({ id, disabledAt }, _args, { actor }) => (seesAccount(actor, id) ? disabledAt : null) }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the account was made.' }),
  }),
})

builder.queryField('viewer', (t) => t.field({
  type: UserType,
  nullable: true,
  skipTypeScopes: true,
  description: 'You; null when nobody is signed in.',
  resolve: (_root, _args, { actor }) => (actor ? actor.id : null),
}))

mutation('updateProfile', {
  description: 'Changes your own account; what is left out stays. Needs a sign-in.',
  input: (t) => ({ email: t.string({ description: 'Where to write to you; null removes it.' }) }),
  payload: (t) => ({ user: t.field({ type: UserType, nullable: true, description: 'You.' }) }),
  resolve: async (input, context) => ({ user: (await updateProfile(context, input)).objectId }),
})
