export const networks = `
create table network (
  id uuid primary key,
  -- Null for a network that the operator gives to all workspaces (the public one of an area).
  workspace_id uuid references workspace,
  area_id uuid not null references area,
  name varchar(63) not null,
  description text not null default '',
  kind varchar(7) not null default 'private' check (kind in ('private', 'public')),
  -- Null: untagged, for a public network on the public bridge.
  vlan integer check (vlan between 1 and 4094),
  phase varchar(8) not null default 'creating' check (phase in ('creating', 'ready', 'deleting', 'failed')),
  failure text,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (kind = 'public' or (workspace_id is not null and vlan is not null))
);
create unique index network_name on network (workspace_id, name) nulls not distinct;
create unique index network_vlan on network (area_id, kind, vlan);

create table subnet (
  id uuid primary key,
  network_id uuid not null references network on delete cascade,
  cidr cidr not null,
  gateway inet,
  dns inet[] not null default '{}',
  -- Addresses handed out lie between these two, both included.
  range_first inet not null,
  range_last inet not null,
  created_at timestamptz(3) not null default now(),
  check (range_first <<= cidr and range_last <<= cidr and range_first <= range_last)
);
create index subnet_network on subnet (network_id);
`
