/** The tables whose rows are offered to all workspaces, or to some. */
const offered = ['image', 'template', 'instance_type']

export const offers = `
create table instance_type (
  id uuid primary key,
  name varchar(63) not null unique,
  description text not null default '',
  vcpus integer not null check (vcpus > 0),
  memory_bytes bigint not null check (memory_bytes > 0),
  disk_bytes bigint not null check (disk_bytes > 0),
  retired_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create trigger instance_type_version before update on instance_type for each row when (old.* is distinct from new.*) execute function bump_version();
create trigger instance_type_born_or_gone after insert or delete on instance_type for each row execute function write_event();
create trigger instance_type_changed after update on instance_type for each row when (old.* is distinct from new.*) execute function write_event();
create trigger image_version before update on image for each row when (old.* is distinct from new.*) execute function bump_version();

alter table image add column retired_at timestamptz(3);
alter table area add column retired_at timestamptz(3);
-- Taken out of vlan_ranges: for what else is on the trunk.
alter table area add column vlan_reserved int4multirange not null default '{}';
-- For subnets that name no servers of their own.
alter table area add column dns inet[] not null default '{}';

${offered.map((table) => `
alter table ${table} add column is_public boolean not null default true;
-- Who may use one that is not public.
create table ${table}_workspace (
  ${table}_id uuid not null references ${table} on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  primary key (${table}_id, workspace_id)
);
create index ${table}_workspace_of on ${table}_workspace (workspace_id);
`).join('')}
`
