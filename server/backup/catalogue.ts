// What PostgreSQL itself says of our schema: a table that a migration added is in the next backup by itself.
import type { TransactionSql } from 'postgres'

export interface TableShape { name: string; columns: string[] }

/** Our tables with the columns that hold what was written: computed ones are left out. Partitions stand behind their table. */
export async function tablesOf(sql: TransactionSql): Promise<TableShape[]> {
  return await sql<TableShape[]>`
    select c.relname as name, json_agg(a.attname order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    group by c.relname order by c.relname`
}

/** Columns that hold JSON, as `table.column`. */
export async function jsonColumnsOf(sql: TransactionSql): Promise<Set<string>> {
  const rows = await sql<{ name: string }[]>`
    select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.atttypid in ('json'::regtype, 'jsonb'::regtype)`
  return new Set(rows.map(({ name }) => name))
}

/** Columns that count by themselves, with the last number that each gave out. */
export async function sequencesOf(sql: TransactionSql): Promise<{ table: string; column: string; last: string }[]> {
  const columns = await sql<{ table: string; column: string; sequence: string }[]>`
    select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null order by 1, 2`
  const found = []
  for (const { table, column, sequence } of columns) {
    const [row] = await sql.unsafe<{ last: string | null }[]>(`select case when is_called then last_value::text end as last from ${sequence}`)
    if (row?.last) found.push({ table, column, last: row.last })
  }
  return found
}

export interface ForeignKey { table: string; name: string; definition: string }

export async function foreignKeysOf(sql: TransactionSql): Promise<ForeignKey[]> {
  return await sql.unsafe<ForeignKey[]>(`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = current_schema()::regnamespace order by 1, 2`)
}

/** The statements that take all of our schema away: tables, functions and types, but nothing that belongs to an extension. */
export async function dropsOf(sql: TransactionSql): Promise<string[]> {
  const rows = await sql<{ statement: string }[]>`
    with own as (select current_schema()::regnamespace as schema), extended as (select classid, objid from pg_depend where deptype = 'e')
    select statement from (
      select 1 as turn, format('drop table if exists %s cascade', c.oid::regclass) as statement from pg_class c, own
      where c.relnamespace = own.schema and c.relkind in ('r', 'p') and not c.relispartition and ('pg_class'::regclass, c.oid) not in (select classid, objid from extended)
      union all
      select 2, format('drop %s if exists %s cascade', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'sequence' end, c.oid::regclass) from pg_class c, own
      where c.relnamespace = own.schema and (c.relkind in ('v', 'm') or (c.relkind = 'S' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))))
        and ('pg_class'::regclass, c.oid) not in (select classid, objid from extended)
      union all
      select 3, format('drop routine if exists %s cascade', p.oid::regprocedure) from pg_proc p, own
      where p.pronamespace = own.schema and ('pg_proc'::regclass, p.oid) not in (select classid, objid from extended)
      union all
      select 4, format('drop type if exists %s cascade', t.oid::regtype) from pg_type t, own
      where t.typnamespace = own.schema and t.typtype in ('e', 'd') and ('pg_type'::regclass, t.oid) not in (select classid, objid from extended)
    ) found order by turn, statement`
  return rows.map(({ statement }) => statement)
}
