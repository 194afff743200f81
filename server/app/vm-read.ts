import { maySee } from '../auth/authorize.ts'
import { vmCount, vmPage, vmsByIds } from '../db/queries/vm.ts'
import type { SeenVm, VmFilter } from '../db/queries/vm.ts'
import type { PageRequest } from '../model/page.ts'
import { sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

/** The VMs that the reader sees, oldest first; a workspace that they do not see is as empty as one that is not there. */
export const listVms = (reader: Reader, filter: VmFilter, page: PageRequest): Promise<SeenVm[]> => vmPage(reader.em, sightOf(reader), filter, page)

export const countVms = (reader: Reader, filter: VmFilter): Promise<number> => vmCount(reader.em, sightOf(reader), filter)

/** Those of the VMs that exist and that the reader sees, in no order. */
export async function findVms(reader: Reader, ids: readonly string[]): Promise<SeenVm[]> {
  return (await vmsByIds(reader.em, ids)).filter(({ workspace }) => maySee(reader.actor, workspace))
}
