export const catalogue = `
create table image (
  id uuid primary key,
  name varchar(63) not null unique,
  os varchar(63) not null,
  created_at timestamptz(3) not null default now(),
  version integer not null default 1,
  updated_at timestamptz(3) not null default now()
);

-- Immutable (decision 17): a new content is a new version.
create table image_version (
  id uuid primary key,
  image_id uuid not null references image,
  number integer not null,
  sha256 char(64) not null,
  format varchar(5) not null check (format in ('qcow2', 'raw')),
  size_bytes bigint not null,
  virtual_size_bytes bigint not null,
  -- Where a worker reads it from while pools still lack it.
  source_path text,
  created_at timestamptz(3) not null default now(),
  unique (image_id, number)
);

create table image_replica (
  id uuid primary key,
  image_version_id uuid not null references image_version,
  pool_id uuid not null references pool,
  volume varchar(255) not null,
  state varchar(9) not null default 'uploading' check (state in ('uploading', 'ready', 'failed')),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (image_version_id, pool_id)
);

create table template (
  id uuid primary key,
  name varchar(63) not null unique,
  os varchar(63) not null,
  description text not null default '',
  vcpus integer not null,
  memory_bytes bigint not null,
  disk_bytes bigint not null,
  image_version_id uuid not null references image_version,
  guest_interface varchar(15) not null default 'eth0',
  -- linked: a thin overlay on the pool's replica. full: the overlay is flattened before the VM is ready.
  clone_mode varchar(6) not null default 'linked' check (clone_mode in ('linked', 'full')),
  retired_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
`
