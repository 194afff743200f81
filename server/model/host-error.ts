import { KloudakError } from './errors.ts'
import type { ErrorCode, ErrorDetail } from './errors.ts'
import { TenantWords } from './tenant-words.ts'
import type { Fixed } from './tenant-words.ts'

type Detail = Omit<ErrorDetail, 'tenant'>

/**
 * An error of a host: operators read its name, tenants the same sentence of "the host". `say` can put nothing else into
 * it: what else operators should read goes into the cause, or the error gets its two sentences by hand. `remedy` is for
 * operators, `tenantRemedy` for tenants.
 */
export function hostError<const Text extends string, const Remedy extends string = never>(
  code: ErrorCode, host: string, say: (host: 'the host') => Text & Fixed<Text>, { tenantRemedy, ...detail }: Detail & { tenantRemedy?: Remedy & Fixed<Remedy> } = {},
): KloudakError {
  const spoken: string = say('the host')
  return new KloudakError(code, (say as (host: string) => string)(host), { ...detail, tenant: TenantWords.vouched(spoken.charAt(0).toUpperCase() + spoken.slice(1), tenantRemedy) })
}

/** An error that is the same for operators and tenants: it tells nothing of hosts but that there are some. */
export function plainError<const Text extends string, const Remedy extends string = never>(
  code: ErrorCode, message: Text & Fixed<Text>, { remedy, ...detail }: Omit<Detail, 'remedy'> & { remedy?: Remedy & Fixed<Remedy> } = {},
): KloudakError {
  return new KloudakError(code, message, { ...detail, remedy, tenant: TenantWords.vouched(message, remedy) })
}

/** What tenants read when an answer did not come: what was asked for is a matter of the host. */
export const hostSilent = TenantWords.fixed('The host did not answer: it may have been carried out, or not.', 'Look at the object, and ask again if it was not.')
