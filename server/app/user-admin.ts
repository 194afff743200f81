import { changeAccess } from '../auth/access.ts'
import { notFound, requireSignIn } from '../auth/authorize.ts'
import { generatePassword, hashPassword } from '../auth/password.ts'
import { endSessions } from '../auth/session.ts'
import { UserAccount } from '../db/entities/people.ts'
import type { Em } from '../db/orm.ts'
import { usersByIds } from '../db/queries/people.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkPassword } from '../model/password.ts'
import { checkEmail, checkUsername } from '../model/username.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { insertAccount } from './sign-up.ts'

export interface UserInput extends Asked { userId: string }
export interface CreateUserInput extends Asked { username: string; email?: string | null | undefined; password?: string | null | undefined; superuser?: boolean | null | undefined }
/** `password` is told to whoever asked first, and to nobody again. */
export type DoneWithPassword = Done & { password: string | null }

/** An account that an operator makes. Without a password one is made for it. CONFLICT when the name is taken. */
export async function createUser(context: AppContext, input: CreateUserInput): Promise<DoneWithPassword> {
  const id = newId()
  const given = input.password == null ? undefined : checkPassword(input.password)
  // Made before the transaction: hashing takes a while.
  const { password, passwordHash } = await hashedPassword(given, context)
  let made = false
  const done = await act(context, { method: 'createUser', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    const superuser = input.superuser === true
    if (superuser) requireSignIn(act.actor)
    const username = checkUsername(input.username)
    const email = input.email == null ? null : checkEmail(input.email)
    await insertAccount(act.em, { id, username, email, passwordHash, superuser })
    act.object = { type: 'user', id, name: username }
    act.plan.step(`The account ${username} is made${superuser ? ', as a superuser' : ''}.`)
    made = input.dryRun !== true
    return { taskId: null }
  })
  return { ...done, password: made && given === undefined ? password : null }
}

/** A new password that nobody chose; all sessions and API tokens of the user end. */
export async function resetUserPassword(context: AppContext, input: UserInput): Promise<DoneWithPassword> {
  const { password, passwordHash } = await hashedPassword(undefined, context)
  let made = false
  const done = await withUser(context, 'resetUserPassword', input, async (act, user) => {
    requireSignIn(act.actor)
    // The session that is to be told the new password would end before.
    if (user.id === act.actor.id) throw new KloudakError('INVALID_INPUT', 'This is your own account.', { field: 'userId', remedy: 'Change your own password with changePassword.' })
    await act.em.nativeUpdate(UserAccount, { id: user.id }, { passwordHash })
    await endSessions(act.em, user.id, { tokens: true })
    act.plan.step(`${user.username} gets a new password.`)
    act.plan.loss(`All sessions and API tokens of ${user.username} end.`)
    made = input.dryRun !== true
    return { taskId: null }
  })
  return { ...done, password: made ? password : null }
}

/** The account can do nothing from the moment that this commits: its sessions, sockets, consoles and API tokens end. */
export async function disableUser(context: AppContext, input: UserInput): Promise<Done> {
  return withUser(context, 'disableUser', input, async (act, user) => {
    if (user.disabledAt) return { taskId: null }
    if (user.superuser) await requireAnotherSuperuser(act.em, user.id)
    await act.em.nativeUpdate(UserAccount, { id: user.id }, { disabledAt: new Date() })
    await endSessions(act.em, user.id, { tokens: true })
    act.plan.step(`The account ${user.username} is disabled.`)
    act.plan.loss(`All sessions and API tokens of ${user.username} end. Its VMs go on.`)
    return { taskId: null }
  })
}

/** The account may sign in again; what ended when it was disabled stays ended. */
export async function enableUser(context: AppContext, input: UserInput): Promise<Done> {
  return withUser(context, 'enableUser', input, async (act, user) => {
    await act.em.nativeUpdate(UserAccount, { id: user.id }, { disabledAt: null })
    act.plan.step(`The account ${user.username} may sign in again.`)
    return { taskId: null }
  })
}

/** Makes a user a superuser, or no longer one. WRONG_STATE for the last one who can sign in. */
export async function setSuperuser(context: AppContext, input: UserInput & { superuser: boolean }): Promise<Done> {
  return withUser(context, 'setSuperuser', input, async (act, user) => {
    requireSignIn(act.actor)
    if (user.superuser === input.superuser) return { taskId: null }
    if (!input.superuser && !user.disabledAt) await requireAnotherSuperuser(act.em, user.id)
    await act.em.nativeUpdate(UserAccount, { id: user.id }, { superuser: input.superuser })
    act.plan.step(input.superuser ? `${user.username} may do everything everywhere.` : `${user.username} keeps only the permissions of their memberships.`)
    return { taskId: null }
  })
}

async function withUser(context: AppContext, method: string, input: UserInput, work: (act: Act, user: UserAccount) => Promise<{ taskId: null }>): Promise<Done> {
  return act(context, { method, input, objectId: input.userId, changesOwnAccess: input.userId === context.actor?.id }, async (act) => {
    act.requireSuperuser()
    await changeAccess(act.em, input.userId)
    const [user] = await usersByIds(act.em, [input.userId])
    if (!user) throw notFound('user', 'userId')
    act.object = { type: 'user', id: user.id, name: user.username }
    act.plan.restsOn(`user ${user.id}`, user.version)
    return work(act, user)
  })
}

/** Two who demote each other at once wait here for each other, and the second finds nobody left. */
async function requireAnotherSuperuser(em: Em, userId: string): Promise<void> {
  const rows = await em.execute<{ id: string }[]>('select id from user_account where superuser and disabled_at is null order by id for update')
  if (rows.some(({ id }) => id !== userId)) return
  throw new KloudakError('WRONG_STATE', 'This is the last superuser who can sign in.', { field: 'userId', remedy: 'Make another user a superuser first.' })
}

/** Only superusers make it work; it is refused for all others later, in the transaction. */
async function hashedPassword(given: string | undefined, { actor }: AppContext): Promise<{ password: string; passwordHash: string }> {
  const password = given ?? generatePassword()
  return { password, passwordHash: actor?.superuser ? await hashPassword(password) : '' }
}
