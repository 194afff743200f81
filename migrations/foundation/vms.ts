export const vms = `
create table vm (
  id uuid primary key,
  number integer generated always as identity unique,
  workspace_id uuid not null references workspace,
  area_id uuid not null references area,
  template_id uuid not null references template,
  host_id uuid not null references host,
  name varchar(63) not null,
  description text not null default '',
  hostname varchar(63) not null,
  domain_uuid uuid not null unique,
  phase varchar(8) not null default 'disk' check (phase in ('disk', 'network', 'starting', 'ready', 'deleting', 'failed')),
  failure text,
  desired_power varchar(7) not null default 'running' check (desired_power in ('running', 'paused', 'stopped')),
  observed_power varchar(7) not null default 'unknown' check (observed_power in ('running', 'paused', 'stopped', 'crashed', 'unknown')),
  observed_at timestamptz(3),
  vcpus integer not null check (vcpus > 0),
  memory_bytes bigint not null check (memory_bytes > 0),
  -- Facts of the VM's birth (decision 15).
  machine jsonb not null,
  -- Hashed before it came here; null when only keys log in.
  password_hash text,
  ssh_keys text[] not null default '{}',
  user_data text,
  created_by uuid not null references user_account,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index vm_name on vm (workspace_id, name);
create index vm_host on vm (host_id);
create index vm_workspace_page on vm (workspace_id, id);

create table disk (
  id uuid primary key,
  vm_id uuid not null references vm on delete cascade,
  position integer not null,
  pool_id uuid not null references pool,
  volume varchar(255) not null,
  size_bytes bigint not null,
  -- Set while the disk is an overlay on the replica, which can then not be deleted (decision 17).
  replica_id uuid references image_replica,
  created_at timestamptz(3) not null default now(),
  unique (vm_id, position),
  unique (pool_id, volume)
);
create index disk_replica on disk (replica_id);

create table vm_interface (
  -- Also the iface-id of the Open vSwitch port (decision 10).
  id uuid primary key,
  vm_id uuid not null references vm on delete cascade,
  position integer not null,
  network_id uuid not null references network,
  mac macaddr not null unique,
  created_at timestamptz(3) not null default now(),
  unique (vm_id, position)
);
create index vm_interface_network on vm_interface (network_id);

-- The history of addresses: an open row (no released_at) holds the address, a closed one tells who had it and when,
-- and keeps it in quarantine for a while.
create table address (
  id uuid primary key,
  subnet_id uuid not null references subnet on delete cascade,
  ip inet not null,
  -- Not a foreign key: the history outlives the interface.
  interface_id uuid not null,
  vm_id uuid not null,
  held_from timestamptz(3) not null default now(),
  released_at timestamptz(3)
);
create unique index address_held on address (subnet_id, ip) where released_at is null;
create index address_interface on address (interface_id) where released_at is null;
create index address_released on address (subnet_id, ip, released_at);

-- What is promised of a host or pool (decision 25). A VM that is being made, runs or could start again holds its rows.
create table reservation (
  id uuid primary key,
  vm_id uuid not null references vm on delete cascade,
  host_id uuid references host,
  pool_id uuid references pool,
  vcpus integer not null default 0,
  memory_bytes bigint not null default 0,
  disk_bytes bigint not null default 0,
  reason varchar(20) not null,
  created_at timestamptz(3) not null default now(),
  check (num_nonnulls(host_id, pool_id) = 1)
);
create index reservation_host on reservation (host_id);
create index reservation_pool on reservation (pool_id);
create index reservation_vm on reservation (vm_id);
`
