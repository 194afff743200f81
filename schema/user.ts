import { findUsers } from '../server/app/user.ts'
import type { UserAccount } from '../server/db/entities/people.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'

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
