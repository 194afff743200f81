import { maySee } from '../auth/authorize.ts'
import { quotasOf } from '../db/queries/quota.ts'
import type { Quota } from '../model/quota.ts'
import type { Reader } from './reader.ts'

/** Limit and usage of every resource, for those of the workspaces that the reader sees. */
export async function findQuotas(reader: Reader, workspaceIds: readonly string[]): Promise<Map<string, Quota[]>> {
  return quotasOf(reader.em, workspaceIds.filter((id) => maySee(reader.actor, id)))
}
