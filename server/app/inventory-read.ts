import { maySee, requireActor, requireSuperuser } from '../auth/authorize.ts'
import { inventoryByIds, inventoryCount, inventoryPage } from '../db/queries/inventory.ts'
import type { InventoryFilter, InventoryTable } from '../db/queries/inventory.ts'
import type { PageRequest } from '../model/page.ts'
import { isOperator, sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

// Tenants choose areas, and what is offered to their workspaces; what stands behind an area is the operators' alone.
const forOperators: readonly InventoryTable[] = ['host', 'pool']

function requireAccess({ actor }: Reader, table: InventoryTable): void {
  if (forOperators.includes(table)) requireSuperuser(actor)
  else requireActor(actor)
}

/** What is offered to a workspace that the reader does not see is not theirs to know: as for one that is not there. */
const asSeen = ({ actor }: Reader, filter: InventoryFilter): InventoryFilter => (filter.workspaceId === undefined || maySee(actor, filter.workspaceId) ? filter : { ...filter, workspaceId: nowhere })
const nowhere = '00000000-0000-0000-0000-000000000000'

/** One page of a table that operators keep, oldest first. FORBIDDEN for tenants who ask for hosts or pools. */
export async function listInventory<Table extends InventoryTable>(reader: Reader, table: Table, filter: InventoryFilter, page: PageRequest) {
  requireAccess(reader, table)
  return inventoryPage(reader.em, sightOf(reader), table, asSeen(reader, filter), page)
}

export async function countInventory(reader: Reader, table: InventoryTable, filter: InventoryFilter): Promise<number> {
  requireAccess(reader, table)
  return inventoryCount(reader.em, sightOf(reader), table, asSeen(reader, filter))
}

/** Those of the rows that exist and that the reader sees, in no order: hidden ones look like absent ones. */
export async function findInventory<Table extends InventoryTable>(reader: Reader, table: Table, ids: readonly string[]) {
  requireActor(reader.actor)
  if (forOperators.includes(table) && !isOperator(reader.actor)) return []
  return inventoryByIds(reader.em, sightOf(reader), table, ids)
}
