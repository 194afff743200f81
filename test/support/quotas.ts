import type { Em } from '../../server/db/orm.ts'
import type { QuotaAmounts } from '../../server/model/quota.ts'

/** Sets the limits that are named, in the books alone. */
export async function limitTo(em: Em, workspaceId: string, limits: QuotaAmounts): Promise<void> {
  for (const [resource, most] of Object.entries(limits)) {
    await em.execute('insert into quota (workspace_id, resource, most) values (?, ?, ?) on conflict (workspace_id, resource) do update set most = excluded.most', [workspaceId, resource, most])
  }
}
