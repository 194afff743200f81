import { maySee } from '../auth/authorize.ts'
import type { AffinityGroup } from '../db/entities/affinity-group.ts'
import { affinityGroupCount, affinityGroupPage, affinityGroupsByIds } from '../db/queries/affinity-read.ts'
import type { AffinityGroupFilter } from '../db/queries/affinity-read.ts'
import type { PageRequest } from '../model/page.ts'
import { sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

/** The groups that the reader sees, oldest first. */
export const listAffinityGroups = (reader: Reader, filter: AffinityGroupFilter, page: PageRequest): Promise<AffinityGroup[]> => affinityGroupPage(reader.em, sightOf(reader), filter, page)

export const countAffinityGroups = (reader: Reader, filter: AffinityGroupFilter): Promise<number> => affinityGroupCount(reader.em, sightOf(reader), filter)

/** Those of the groups that exist and that the reader sees, in no order. */
export async function findAffinityGroups(reader: Reader, ids: readonly string[]): Promise<AffinityGroup[]> {
  return (await affinityGroupsByIds(reader.em, ids)).filter(({ workspace }) => maySee(reader.actor, workspace))
}
