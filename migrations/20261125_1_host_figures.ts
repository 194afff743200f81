import { Migration } from '@mikro-orm/migrations'

/** What a host's own system tells of itself, by its switch: load averages as a part of each sample, and its file systems as of now. */
export class Migration20261125_1_host_figures extends Migration {
  override up(): void {
    for (const resolution of ['raw', 'minute', 'quarter', 'hour', 'day']) this.addSql(`alter table host_stats_${resolution} add column load1 real, add column load5 real, add column load15 real;`)
    this.addSql(`
-- The newest that a worker was told. Written about once a minute for each host, in place.
create table host_file_systems (
  host_id uuid primary key references host on delete cascade,
  seen_at timestamptz(3) not null default now(),
  -- [{ mountPoint, sizeBytes, usedBytes }]
  file_systems jsonb not null
) with (fillfactor = 50);`)
  }
}
