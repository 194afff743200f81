import { requireSignIn } from '../auth/authorize.ts'
import { UserAccount } from '../db/entities/people.ts'
import { checkEmail } from '../model/username.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'

export interface UpdateProfileInput extends Asked { email?: string | null | undefined }

/** Changes the caller's own account; an email address of null is removed, one that is left out stays. */
export async function updateProfile(context: AppContext, input: UpdateProfileInput): Promise<Done> {
  const userId = requireSignIn(context.actor).id
  return act(context, { method: 'updateProfile', input, objectId: userId }, async ({ em, actor, plan }) => {
    requireSignIn(actor)
    context.note.object = { type: 'user', id: userId, name: actor.username }
    if (input.email === undefined) return { taskId: null }
    const email = input.email === null ? null : checkEmail(input.email)
    await em.nativeUpdate(UserAccount, { id: userId }, { email })
    // Null is not what is left out, and both are nothing to a hash.
    plan.restsOn('email', email ?? '')
    plan.step(email === null ? 'Your email address is removed.' : `Your email address becomes ${email}.`)
    return { taskId: null }
  })
}
