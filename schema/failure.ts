import { isOperator } from '../server/app/reader.ts'
import { creationErrors } from '../server/db/queries/task.ts'
import { isForAll } from '../server/model/failure.ts'
import { toldToTenant } from '../server/model/told.ts'
import type { Context } from './context.ts'
import { loaderOf } from './loader.ts'

/** What tenants are told of the failed creations of these VMs and networks. The task knows it, for as long as it is kept. */
const toldLoader = loaderOf(async (ids, { em }): Promise<string[]> => {
  const errors = await creationErrors(em, ids)
  return ids.map((id) => { const error = errors.get(id); return error ? toldToTenant(error).message : 'Its creation failed.' })
})

/** Why a VM or a network failed, as the reader may know it: the stored sentence can name hosts and what is on them. */
export function failureFor(context: Context, { id, failure }: { id: string; failure?: string | null | undefined }): string | null | Promise<string> {
  if (failure == null) return null
  return isOperator(context.actor) || isForAll(failure) ? failure : toldLoader(context).load(id)
}
