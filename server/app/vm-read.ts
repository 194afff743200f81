import { maySee } from '../auth/authorize.ts'
import { vmCount, vmPage, vmsByIds } from '../db/queries/vm.ts'
import type { SeenVm, VmFilter } from '../db/queries/vm.ts'
import type { PageRequest } from '../model/page.ts'
import { isOperator, sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

/** Tenants do not learn which of their VMs are together: for them a host is not there. */
const asksForHidden = ({ actor }: Reader, { hostId }: VmFilter) => hostId !== undefined && !isOperator(actor)

/** The VMs that the reader sees, oldest first; a workspace or host that they do not see is as empty as one that is not there. */
export async function listVms(reader: Reader, filter: VmFilter, page: PageRequest): Promise<SeenVm[]> {
  const sight = sightOf(reader)
  return asksForHidden(reader, filter) ? [] : vmPage(reader.em, sight, filter, page)
}

export async function countVms(reader: Reader, filter: VmFilter): Promise<number> {
  const sight = sightOf(reader)
  return asksForHidden(reader, filter) ? 0 : vmCount(reader.em, sight, filter)
}

/** Those of the VMs that exist and that the reader sees, in no order. */
export async function findVms(reader: Reader, ids: readonly string[]): Promise<SeenVm[]> {
  return (await vmsByIds(reader.em, ids)).filter(({ workspace }) => maySee(reader.actor, workspace))
}
