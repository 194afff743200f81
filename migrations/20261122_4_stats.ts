import { Migration } from '@mikro-orm/migrations'

/**
 * Statistics (decision 26): one row for each host and sample, with arrays for the VMs that ran on it then, in step with
 * `vm_ids`. Each resolution is a table of its own, cut into partitions by time, which workers make ahead and drop: nothing
 * is deleted row by row. Numbers are four bytes wide: seven digits are more than a chart shows.
 */
export class Migration20261122_4_stats extends Migration {
  override up(): void {
    for (const resolution of ['raw', 'minute', 'quarter', 'hour', 'day']) this.addSql(`
create table host_stats_${resolution} (
  host_id uuid not null,
  -- Of a sample the moment at which it was written, at the end of the time that it is about; of a rollup the beginning.
  at timestamptz(3) not null,
  -- How long its parts were, summed up: the weight of the row.
  seconds real not null,
${hostColumns.map((column) => `  ${column} real,`).join('\n')}
  vm_ids uuid[] not null default '{}',
  vm_seconds real[] not null default '{}',
${vmColumns.map((column) => `  vm_${column} real[] not null default '{}',`).join('\n')}
  primary key (host_id, at)
) partition by range (at);`)
    for (const resolution of ['minute', 'quarter', 'hour', 'day']) this.addSql(`
create table pool_stats_${resolution} (
  pool_id uuid not null,
  at timestamptz(3) not null,
  seconds real not null,
  capacity_bytes double precision,
  available_bytes double precision,
  primary key (pool_id, at)
) partition by range (at);`)
    this.addSql(others)
    this.addSql(partitions)
  }
}

const flows = [
  'disk_reads_per_second', 'disk_writes_per_second', 'disk_read_bytes_per_second', 'disk_write_bytes_per_second',
  'received_bytes_per_second', 'sent_bytes_per_second', 'received_packets_per_second', 'sent_packets_per_second',
]
const hostColumns = ['busy_cpus', 'peak_cpus', 'io_wait_cpus', 'memory_used_bytes', ...flows]
const vmColumns = ['busy_cpus', 'peak_cpus', 'memory_used_bytes', 'resident_bytes', ...flows]

const others = `
-- On which hosts a VM has been sampled: without it a VM's series would be sought in the rows of all hosts.
create table vm_stats_host (
  vm_id uuid not null,
  host_id uuid not null,
  -- Brought up to date about once an hour.
  seen_at timestamptz(3) not null default now(),
  primary key (vm_id, host_id)
);
create index vm_stats_host_seen on vm_stats_host (seen_at);

-- How far each rollup has come. A worker that rolls up holds the row; others leave it alone meanwhile.
create table stats_rollup (
  subject varchar(4) not null check (subject in ('host', 'pool')),
  resolution varchar(7) not null check (resolution in ('minute', 'quarter', 'hour', 'day')),
  done_until timestamptz(3) not null,
  -- Within the next stretch: the last host, or pool, that is done.
  after_id uuid,
  primary key (subject, resolution)
);
`

// Attaching a table that stands already lets reads and writes of the others go on, which creating it in its place does not.
const partitions = `
create function make_stats_partitions(parent text, step interval, first timestamptz, last timestamptz) returns integer language plpgsql as $$
declare
  start timestamptz := date_bin(step, first, '2000-01-01 00:00Z');
  part text;
  made integer := 0;
begin
  while start <= last loop
    part := parent || to_char(start at time zone 'UTC', '_YYYYMMDD_HH24MI');
    if to_regclass(quote_ident(part)) is null then
      execute format('create table %I (like %I including all)', part, parent);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, part, start, start + step);
      made := made + 1;
    end if;
    start := start + step;
  end loop;
  return made;
end $$;

create function drop_stats_partitions(parent text, before timestamptz) returns integer language plpgsql as $$
declare
  part regclass;
  dropped integer := 0;
begin
  for part in
    select c.oid from pg_inherits join pg_class c on c.oid = inhrelid
    where inhparent = to_regclass(quote_ident(parent)) and (regexp_match(pg_get_expr(c.relpartbound, c.oid), $bound$TO \\('([^']+)'\\)$bound$))[1]::timestamptz <= before
  loop
    execute format('drop table %s', part);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
`
