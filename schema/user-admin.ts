import { createUser, disableUser, enableUser, resetUserPassword, setSuperuser } from '../server/app/user-admin.ts'
import { countUsers, listUsers } from '../server/app/user.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { UserType } from './user.ts'

builder.queryField('users', (t) => t.connection({
  type: UserType,
  description: 'All accounts, oldest first. For superusers.',
  args: {
    text: t.arg.string({ description: 'Only those with this in their username or email address, whatever the case.' }),
    superuser: t.arg.boolean({ description: 'Only superusers, or only others.' }),
    disabled: t.arg.boolean({ description: 'Only disabled accounts, or only others.' }),
  },
  resolve: (_root, { text, superuser, disabled, ...args }, context) => {
    const filter = { text: text ?? undefined, superuser: superuser ?? undefined, disabled: disabled ?? undefined }
    return pageWithTotal(args, (page) => listUsers(context, filter, page), () => countUsers(context, filter))
  },
}))

const userInput = { required: true, description: 'The user.' } as const
const passwordDescription = 'The password that was made, told this once; null when it was chosen, for a dry run, and when the request is repeated.'

mutation('createUser', {
  description: 'Makes an account. CONFLICT when somebody has the username, in whatever case. For superusers.',
  input: (t) => ({
    username: t.string({ required: true, description: 'The name to sign in with: 2 to 63 letters a-z, digits, dots, hyphens and underscores.' }),
    email: t.string({ description: 'Where to write to them.' }),
    password: t.string({ description: 'Their password, 12 to 256 characters; one is made when none is given.' }),
    superuser: t.boolean({ defaultValue: false, description: 'Whether they may do everything everywhere. API tokens cannot make superusers.' }),
  }),
  payload: (t) => ({
    user: t.field({ type: UserType, nullable: true, description: 'The new user; null for a dry run.' }),
    password: t.string({ nullable: true, description: passwordDescription }),
  }),
  resolve: async (input, context) => {
    const { objectId, password } = await createUser(context, input)
    return { user: objectId, password }
  },
})

mutation('resetUserPassword', {
  description: 'Gives a user a new password and ends all of their sessions and API tokens. For superusers who signed in.',
  input: (t) => ({ userId: t.id(userInput) }),
  payload: (t) => ({
    user: t.field({ type: UserType, nullable: true, description: 'The user.' }),
    password: t.string({ nullable: true, description: passwordDescription }),
  }),
  resolve: async (input, context) => {
    const { objectId, password } = await resetUserPassword(context, { ...input, userId: decodeId('User', input.userId, 'userId') })
    return { user: objectId, password }
  },
})

for (const [name, act, description] of [
  ['disableUser', disableUser, 'Shuts an account out at once and for good: its sessions, sockets, consoles and API tokens end. WRONG_STATE for the last superuser. For superusers.'],
  ['enableUser', enableUser, 'Lets a disabled account sign in again. For superusers.'],
] as const) {
  mutation(name, {
    description,
    input: (t) => ({ userId: t.id(userInput) }),
    payload: (t) => ({ user: t.field({ type: UserType, nullable: true, description: 'The user.' }) }),
    resolve: async (input, context) => ({ user: (await act(context, { ...input, userId: decodeId('User', input.userId, 'userId') })).objectId }),
  })
}

mutation('setSuperuser', {
  description: 'Makes a user a superuser, or no longer one. WRONG_STATE for the last superuser who can sign in. For superusers who signed in.',
  input: (t) => ({ userId: t.id(userInput), superuser: t.boolean({ required: true, description: 'Whether they may do everything everywhere.' }) }),
  payload: (t) => ({ user: t.field({ type: UserType, nullable: true, description: 'The user.' }) }),
  resolve: async (input, context) => ({ user: (await setSuperuser(context, { ...input, userId: decodeId('User', input.userId, 'userId') })).objectId }),
})
