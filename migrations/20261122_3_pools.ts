import { Migration } from '@mikro-orm/migrations'

/**
 * Pools of other kinds than a directory, made by a task, and how each host has them. A pool keeps the name that it was made
 * under on its hosts, whatever people call it later. Rows of older releases are directories that are in service.
 */
export class Migration20261122_3_pools extends Migration {
  override up(): void {
    this.addSql(`
alter table pool
  add column kind varchar(5) not null default 'dir' check (kind in ('dir', 'netfs', 'rbd')),
  -- Where it comes from: server and path, or monitors and Ceph pool. Null for a directory. Never a secret.
  add column source jsonb,
  add column secret_sealed bytea,
  -- Null: as it is called.
  add column name_on_hosts varchar(63),
  add column phase varchar(8) not null default 'ready' check (phase in ('creating', 'ready', 'failed', 'deleting')),
  add column failure text,
  add column maintenance_at timestamptz(3),
  add column retired_at timestamptz(3),
  add constraint pool_source_check check ((kind = 'dir') = (source is null));

-- How a host has the pool, as it was found last. A host without a row has not been looked at.
create table pool_host (
  pool_id uuid not null references pool on delete cascade,
  host_id uuid not null references host on delete cascade,
  state varchar(6) not null check (state in ('ready', 'failed')),
  message text,
  remedy text,
  checked_at timestamptz(3) not null default now(),
  primary key (pool_id, host_id)
);
create index pool_host_host on pool_host (host_id);`)
  }
}
