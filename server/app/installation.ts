import { requireActor } from '../auth/authorize.ts'
import { Host, Installation } from '../db/entities/infrastructure.ts'
import type { Em } from '../db/orm.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import type { Reader } from './reader.ts'

/** Whether any host of this Kloudak is a simulated one: whoever uses it must not take its guests for real. */
export async function hasSimulatedHosts({ actor, em }: Reader): Promise<boolean> {
  requireActor(actor)
  return (await em.count(Host, { kind: 'simulated', state: { $ne: 'retired' } })) > 0
}

/** Whether strangers may make accounts; the page on which they sign in asks before they can. */
export async function isSignUpOpen(em: Em): Promise<boolean> {
  const [row] = await em.execute<{ open: boolean }[]>('select sign_up_open as open from installation')
  return row?.open === true
}

export interface UpdateInstallationInput extends Asked { signUpOpen?: boolean | null | undefined }

/** Changes what holds for all of this Kloudak; what is left out stays. For superusers. */
export async function updateInstallation(context: AppContext, input: UpdateInstallationInput): Promise<Done> {
  const [{ id }] = await context.em.execute<[{ id: string }]>('select id from installation')
  return act(context, { method: 'updateInstallation', input, objectId: id }, async (act) => {
    act.requireSuperuser()
    act.object = { type: 'installation', id, name: 'Kloudak' }
    if (input.signUpOpen == null) return { taskId: null }
    await act.em.nativeUpdate(Installation, { id }, { signUpOpen: input.signUpOpen })
    act.plan.step(input.signUpOpen ? 'Whoever reaches this Kloudak can make an account.' : 'Only operators make accounts.')
    return { taskId: null }
  })
}
