export const infrastructure = `
create table area (
  id uuid primary key,
  name varchar(63) not null unique,
  machine_type varchar(64),
  cpu_model varchar(64),
  -- VLANs that networks of the area may take: ranges [from, to], less the reserved ones.
  vlan_ranges int4multirange not null default '{[2,4095)}',
  vcpu_overcommit real not null default 4 check (vcpu_overcommit >= 1),
  memory_overcommit real not null default 1 check (memory_overcommit >= 1),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table host (
  id uuid primary key,
  area_id uuid not null references area,
  name varchar(63) not null unique,
  kind varchar(12) not null check (kind in ('ssh', 'local', 'simulated')),
  address varchar(255),
  ssh_port integer,
  ssh_user varchar(63),
  -- The pinned host key as OpenSSH writes it: 'ssh-ed25519 AAAA...'.
  ssh_host_key text,
  ssh_key_sealed bytea,
  public_bridge varchar(15) not null default 'public-br',
  trunk_bridge varchar(15) not null default 'private-br',
  state varchar(12) not null default 'enrolling' check (state in ('enrolling', 'up', 'suspect', 'down', 'maintenance', 'retired')),
  state_reason text,
  facts jsonb,
  cpus integer,
  memory_bytes bigint,
  -- Kept for the host's own use.
  reserved_memory_bytes bigint not null default 268435456,
  observed_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index host_area on host (area_id);

-- One worker owns a host's watch and consoles; the epoch grows with each change of hands (decision 7).
create table host_lease (
  host_id uuid primary key references host on delete cascade,
  worker_id uuid not null,
  epoch bigint not null default 1,
  expires_at timestamptz(3) not null
);

create table worker (
  id uuid primary key,
  -- Where the API reaches this worker for console bytes, for example 'ws://127.0.0.1:41231'.
  console_url varchar(255),
  started_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now()
);

create table pool (
  id uuid primary key,
  area_id uuid not null references area,
  name varchar(63) not null,
  path varchar(255) not null,
  wipe_on_delete boolean not null default false,
  -- Disks grow as they are written, so a pool may promise more than it has.
  disk_overcommit real not null default 4 check (disk_overcommit >= 1),
  capacity_bytes bigint,
  available_bytes bigint,
  observed_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (area_id, name)
);
`
