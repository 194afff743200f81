import { Migration } from '@mikro-orm/migrations'

/**
 * Limits, a row for each: no row means no limit, and only what has a limit is ever locked. What is used stands in no
 * column (decision 25): it is counted from the rows themselves, and the indexes below answer that without the tables.
 */
export class Migration20261121_4_quotas extends Migration {
  override up(): void {
    this.addSql(quotas)
    this.addSql(indexes)
  }
}

const resource = "resource varchar(11) not null check (resource in ('vms', 'vcpus', 'memoryBytes', 'diskBytes', 'networks', 'routers', 'addresses', 'snapshots'))"

const quotas = `
create table quota (
  workspace_id uuid not null references workspace on delete cascade,
  ${resource},
  most bigint not null check (most >= 0),
  primary key (workspace_id, resource)
);

-- What a new workspace begins with.
create table default_quota (
  ${resource} primary key,
  most bigint not null check (most >= 0)
);

-- By trigger, so that no way to make a workspace can forget it.
create function give_default_quota() returns trigger language plpgsql as $$
begin
  insert into quota (workspace_id, resource, most) select new.id, resource, most from default_quota;
  return null;
end $$;
create trigger workspace_quota after insert on workspace for each row execute function give_default_quota();
`

const indexes = `
-- The same order as the index that it replaces, with what is summed up beside it.
create index vm_of_workspace on vm (workspace_id, id) include (vcpus, memory_bytes);
drop index vm_workspace_page;
create index disk_size on disk (vm_id) include (size_bytes);
create index address_of_vm on address (vm_id) where released_at is null;
`
