import { KloudakError } from '../errors.ts'
import { TenantWords } from '../tenant-words.ts'
import { explainRefusals } from './explain.ts'
import type { PlacementRequest, Refusal } from './request.ts'

/** NO_CAPACITY, with what a program needs to know of it: why each host was refused. Its sentences name no host. */
export class NoHost extends KloudakError {
  readonly request: PlacementRequest
  readonly refusals: readonly Refusal[]

  constructor(request: PlacementRequest, refusals: readonly Refusal[]) {
    const { message, remedy } = explainRefusals(request, refusals)
    super('NO_CAPACITY', message, { remedy, tenant: TenantWords.vouched(message, remedy) })
    this.request = request
    this.refusals = refusals
  }
}
