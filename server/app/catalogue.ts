import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { requireUnused } from './in-use.ts'
import type { User } from './in-use.ts'

/** What operators offer, in the words of people and of inputs. */
export const catalogue = {
  area: { what: 'area', field: 'areaId', method: 'Area' },
  template: { what: 'template', field: 'templateId', method: 'Template' },
  instance_type: { what: 'instance type', field: 'instanceTypeId', method: 'InstanceType' },
  image: { what: 'image', field: 'imageId', method: 'Image' },
} as const
export type CatalogueTable = keyof typeof catalogue
/** Those that can go; an image has its copies in pools. */
export type DeletableTable = Exclude<CatalogueTable, 'image'>

const users: Record<DeletableTable, readonly User[]> = {
  area: [{ what: 'host', table: 'host', column: 'area_id' }, { what: 'pool', table: 'pool', column: 'area_id' }, { what: 'network', table: 'network', column: 'area_id' }, { what: 'VM', table: 'vm', column: 'area_id' }],
  template: [{ what: 'VM', table: 'vm', column: 'template_id' }],
  instance_type: [{ what: 'VM', table: 'vm', column: 'instance_type_id' }],
}

interface Entry { id: string; name: string; version: number; retired: boolean }

/** Asks for a superuser and locks the row until the transaction ends: nothing new can name it meanwhile. */
export async function lockEntry(act: Act, table: CatalogueTable, id: string): Promise<Entry> {
  act.requireSuperuser()
  const { what, field } = catalogue[table]
  const { rows: [entry] } = await sql<Entry>`select id, name, version, retired_at is not null as retired from ${sql.table(table)} where id = ${id} for update`.execute(kyselyOf(act.em))
  if (!entry) throw notFound(what, field)
  act.object = { type: table, id, name: entry.name }
  act.plan.restsOn(`${table} ${id}`, entry.version)
  return entry
}

/** From now on nothing new is made from it or in it; what there is goes on. Doing it again changes nothing. */
export async function retire(context: AppContext, table: CatalogueTable, id: string, input: Asked): Promise<Done> {
  return setRetired(context, table, { id, input, retired: true })
}

/** Takes a retirement back. */
export async function restore(context: AppContext, table: CatalogueTable, id: string, input: Asked): Promise<Done> {
  return setRetired(context, table, { id, input, retired: false })
}

async function setRetired(context: AppContext, table: CatalogueTable, { id, input, retired }: { id: string; input: Asked; retired: boolean }): Promise<Done> {
  const { what, method } = catalogue[table]
  return act(context, { method: `${retired ? 'retire' : 'restore'}${method}`, input, objectId: id }, async (act) => {
    const entry = await lockEntry(act, table, id)
    if (entry.retired === retired) return { taskId: null }
    act.plan.step(retired ? `The ${what} ${entry.name} is no longer offered; what was made with it goes on.` : `The ${what} ${entry.name} is offered again.`)
    await sql`update ${sql.table(table)} set retired_at = ${retired ? sql`now()` : sql`null`} where id = ${id}`.execute(kyselyOf(act.em))
    return { taskId: null }
  })
}

/** Deletes what nothing uses; CONFLICT names what does. */
export async function remove(context: AppContext, table: DeletableTable, id: string, input: Asked): Promise<Done> {
  const { what, field, method } = catalogue[table]
  return act(context, { method: `delete${method}`, input, objectId: id }, async (act) => {
    const { name } = await lockEntry(act, table, id)
    // Hosts that are retired are kept only to be looked up.
    if (table === 'area') await sql`delete from host where area_id = ${id} and state = 'retired'`.execute(kyselyOf(act.em))
    await requireUnused(act.em, { id, what, field }, users[table])
    act.plan.loss(`The ${what} ${name} is gone.`)
    await sql`delete from ${sql.table(table)} where id = ${id}`.execute(kyselyOf(act.em))
    return { taskId: null }
  })
}
