import { auditAllowed } from '../server/app/audit.ts'
import { signUp } from '../server/app/sign-up.ts'
import type { Grant } from '../server/auth/auth.ts'
import { KloudakError } from '../server/model/errors.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { mutation } from './mutation.ts'
import { UserType } from './user.ts'

const GrantType = builder.objectRef<Grant & { inCookie: boolean }>('SessionGrant').implement({
  description: 'What one needs to act as a user for a while.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'To be sent as `Authorization: Bearer ...`, and as `authorization` in the connection parameters of a socket. Good for ten minutes.' }),
    accessTokenExpiresAt: t.expose('accessTokenExpiresAt', { type: 'DateTime', description: 'When the access token ends.' }),
    refreshToken: t.string({ nullable: true, description: 'Exchanges for the next grant, once. Null when it was put into a cookie.', resolve: ({ refreshToken, inCookie }) => (inCookie ? null : refreshToken) }),
    refreshTokenExpiresAt: t.expose('refreshTokenExpiresAt', { type: 'DateTime', description: 'When the session ends unless it is refreshed.' }),
    user: t.field({ type: UserType, description: 'The user who is signed in.', resolve: ({ actor }) => actor.id }),
  }),
})

const cookieDescription = 'For browsers: keeps the refresh token in a cookie that scripts cannot read, instead of the payload.'

/** Opens a session and answers with it; its user is the caller of what the rest of the operation reads. */
async function answer(context: Context, cookie: boolean | null | undefined, open: () => Promise<Grant>) {
  const inCookie = cookie === true
  // Before anything is made that the answer could not tell of.
  if (inCookie && !context.refreshCookie) throw new KloudakError('INVALID_INPUT', 'A socket cannot set a cookie.', { field: 'cookie', remedy: 'Sign in over HTTP.' })
  const grant = await open()
  context.whenRecorded = () => { if (inCookie) context.refreshCookie!.write(grant.refreshToken, grant.refreshTokenExpiresAt) }
  context.actor = grant.actor
  return { session: { ...grant, inCookie } }
}

mutation('signIn', {
  description: 'Opens a session. UNAUTHENTICATED for an unknown user and for a wrong password alike, RATE_LIMITED after too many wrong ones.',
  anonymous: true,
  withoutKey: true,
  input: (t) => ({
    username: t.string({ required: true, description: 'The username; upper and lower case are the same.' }),
    password: t.string({ required: true, description: 'The password.' }),
    cookie: t.boolean({ defaultValue: false, description: cookieDescription }),
  }),
  payload: (t) => ({ session: t.field({ type: GrantType, description: 'The tokens of the new session.' }) }),
  resolve: async ({ username, password, cookie }, context) =>
    answer(context, cookie, () => context.auth.signIn(context.em, { username, password, clientAddress: context.clientAddress })),
})

mutation('signUp', {
  description: 'Makes an account and signs it in. FORBIDDEN while the operator has closed it (`installation { signUpOpen }`), CONFLICT when somebody has the username, in whatever case.',
  anonymous: true,
  withoutKey: true,
  input: (t) => ({
    username: t.string({ required: true, description: 'The name to sign in with: 2 to 63 letters a-z, digits, dots, hyphens and underscores.' }),
    password: t.string({ required: true, description: 'The password: 12 to 256 characters.' }),
    email: t.string({ required: true, description: 'Where to write to you; told to you and to superusers alone.' }),
    cookie: t.boolean({ defaultValue: false, description: cookieDescription }),
  }),
  payload: (t) => ({ session: t.field({ type: GrantType, description: 'The tokens of the new session.' }) }),
  resolve: async ({ cookie, ...input }, context) => answer(context, cookie, () => signUp(context, input)),
})

mutation('refreshSession', {
  description: 'Exchanges a refresh token for the next tokens. One that was used before ends the session, since somebody has copied it.',
  anonymous: true,
  withoutKey: true,
  input: (t) => ({ refreshToken: t.string({ description: 'The refresh token; without it the one in the cookie, whose successor goes into the cookie again.' }) }),
  payload: (t) => ({ session: t.field({ type: GrantType, description: 'The next tokens of the session.' }) }),
  resolve: async ({ refreshToken }, context) => {
    const token = refreshToken ?? context.refreshCookie?.read()
    if (token === undefined) throw new KloudakError('UNAUTHENTICATED', 'There is no refresh token.', { remedy: 'Sign in.' })
    return answer(context, refreshToken == null, () => context.auth.refresh(context.em, token))
  },
})

mutation('signOut', {
  description: 'Ends the session: its tokens are good for nothing from then on, and its sockets and consoles close. An API token that signs out is revoked.',
  anonymous: true,
  withoutKey: true,
  input: (t) => ({
    everywhere: t.boolean({ defaultValue: false, description: 'Ends all sessions of the user; their API tokens stay. Needs a sign-in.' }),
    refreshToken: t.string({ description: 'Names the session when no access token is at hand; the cookie does so too.' }),
  }),
  payload: (t) => ({ signedOut: t.boolean({ description: 'True: the session is over.' }) }),
  resolve: async ({ everywhere, refreshToken }, context) => {
    await context.auth.signOut(context.em, context.actor, { everywhere: everywhere === true, refreshToken: refreshToken ?? context.refreshCookie?.read() })
    context.refreshCookie?.clear()
    return { signedOut: true }
  },
})

mutation('changePassword', {
  description: 'Sets a new password and ends all other sessions of the user; their API tokens stay. Needs a sign-in.',
  withoutKey: true,
  input: (t) => ({
    currentPassword: t.string({ required: true, description: 'The password until now.' }),
    newPassword: t.string({ required: true, description: 'The new one: 12 to 256 characters.' }),
  }),
  payload: (t) => ({ user: t.field({ type: UserType, description: 'The user.' }) }),
  resolve: async (input, context) => {
    await context.auth.changePassword(context.em, context.actor, input, (em) => auditAllowed(em, context))
    return { user: context.actor!.id }
  },
})
