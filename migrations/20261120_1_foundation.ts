import { Migration } from '@mikro-orm/migrations'

/**
 * Everything that a first VM needs. What must hold, holds by constraint: unique names, addresses, MACs and VLANs,
 * and one open lock for each object. Rows that people watch bump `version` and write their outbox event by trigger,
 * so that no verb can forget either.
 */
export class Migration20261120_1_foundation extends Migration {
  override up(): void {
    this.addSql(installation)
    this.addSql(people)
    this.addSql(infrastructure)
    this.addSql(catalogue)
    this.addSql(networks)
    this.addSql(vms)
    this.addSql(work)
    this.addSql(events)
  }
}

const installation = `
create table installation (
  id uuid primary key,
  singleton boolean not null default true unique check (singleton),
  -- Changes when the database is restored: hosts carry it, and a mismatch stops automation (decision 10).
  generation integer not null default 1,
  -- Changes on restore or promotion: older event cursors are then CURSOR_EXPIRED (decision 3).
  stream_epoch uuid not null,
  -- The position of the newest event that has been pruned: a cursor before it is CURSOR_EXPIRED too.
  pruned_xid xid8 not null default '0',
  pruned_id bigint not null default 0,
  -- First three octets of every MAC of this installation, locally administered.
  mac_prefix varchar(8) not null check (mac_prefix ~ '^[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}$'),
  created_at timestamptz(3) not null default now()
);

-- The first octet is unicast and locally administered, and not fe, which libvirt keeps for the host's end of a tap.
insert into installation (id, stream_epoch, mac_prefix)
select gen_random_uuid(), gen_random_uuid(), lpad(to_hex((floor(random() * 62)::integer << 2) | 2), 2, '0') || ':' || substr(noise, 1, 2) || ':' || substr(noise, 3, 2)
from (select md5(gen_random_uuid()::text) as noise) as source;
`

const people = `
create table user_account (
  id uuid primary key,
  username varchar(63) not null,
  username_key varchar(63) not null unique,
  email varchar(254),
  password_hash text not null,
  superuser boolean not null default false,
  disabled_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table session (
  id uuid primary key,
  user_id uuid not null references user_account on delete cascade,
  -- SHA-256 of the refresh token that is good now; the one before it marks a theft when it comes back.
  token_hash bytea not null unique,
  previous_token_hash bytea,
  created_at timestamptz(3) not null default now(),
  used_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);
create index session_previous on session (previous_token_hash);
create index session_of_user on session (user_id);

create table signing_key (
  id uuid primary key,
  algorithm varchar(10) not null,
  public_jwk jsonb not null,
  -- AES-256-GCM under the master key, bound to table and row (decision 21).
  private_sealed bytea not null,
  created_at timestamptz(3) not null default now(),
  -- Signs until then; is published longer, so that tokens which it signed can still be verified.
  signs_until timestamptz(3) not null,
  published_until timestamptz(3) not null
);

create table workspace (
  id uuid primary key,
  name varchar(63) not null,
  name_key varchar(63) not null unique,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table membership (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  permissions text[] not null,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace_id, user_id)
);
create index membership_user on membership (user_id);
`

const infrastructure = `
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

const catalogue = `
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

const networks = `
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

const vms = `
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

const work = `
-- What a user watches.
create table task (
  id uuid primary key,
  workspace_id uuid references workspace on delete cascade,
  user_id uuid references user_account,
  -- The verb, for example 'createVm'.
  method varchar(40) not null,
  object_type varchar(20) not null,
  object_id uuid not null,
  object_name varchar(255) not null,
  state varchar(10) not null default 'queued' check (state in ('queued', 'running', 'undoing', 'done', 'failed', 'cancelled', 'stuck')),
  -- Steps with names, states and times, kept here for people after the saga's rows are gone.
  steps jsonb not null default '[]',
  progress real check (progress between 0 and 1),
  error jsonb,
  -- False once the saga is past its pivot, or ended.
  cancellable boolean not null default true,
  cancel_requested_at timestamptz(3),
  -- The request's input with its secrets removed.
  input jsonb not null default '{}',
  request_id varchar(64),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3)
);
create index task_workspace on task (workspace_id, id desc);
create index task_object on task (object_id, id desc);

create table saga (
  id uuid primary key,
  task_id uuid not null references task on delete cascade,
  name varchar(40) not null,
  -- The definition's version; a worker takes only versions that it knows (decision 9).
  definition integer not null,
  input jsonb not null,
  state varchar(8) not null default 'queued' check (state in ('queued', 'running', 'undoing', 'done', 'undone', 'stuck')),
  -- The step that runs or will run next; while undoing, the step that is undone next.
  cursor integer not null default 0,
  attempt integer not null default 0,
  past_pivot boolean not null default false,
  -- When a worker may take it; while one holds it, the end of its lease plus the time a request may be on its way.
  run_after timestamptz(3) not null default now(),
  -- Who runs it, until when, and the how-many-eth holder that is: a stale worker's epoch is too low to act (decision 7).
  worker_id uuid,
  lease_until timestamptz(3),
  epoch bigint not null default 0,
  error jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index saga_open on saga (run_after) where state in ('queued', 'running', 'undoing', 'stuck');
create index saga_task on saga (task_id);

create table saga_step (
  saga_id uuid not null references saga on delete cascade,
  position integer not null,
  name varchar(40) not null,
  state varchar(10) not null check (state in ('doing', 'done', 'failed', 'undoing', 'undone', 'stuck')),
  attempt integer not null default 0,
  -- What the step returned: read by later steps and by its undo.
  output jsonb,
  error jsonb,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (saga_id, position)
);

-- One line for each object: whose turn it is, across all kinds of work, in the order of asking (decision 5).
create table object_lock (
  object_key varchar(60) not null,
  saga_id uuid not null references saga on delete cascade,
  ticket bigint generated always as identity,
  primary key (object_key, saga_id)
);
create index object_lock_turn on object_lock (object_key, ticket);
create index object_lock_saga on object_lock (saga_id);

-- A request sent twice is done once (decision 23).
create table idempotency (
  user_id uuid not null references user_account on delete cascade,
  key varchar(128) not null,
  method varchar(40) not null,
  -- HMAC of the input: the same key with another input is CONFLICT.
  input_hmac bytea not null,
  object_id uuid not null,
  task_id uuid,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, key)
);

create table console_ticket (
  -- SHA-256 of the ticket that the browser holds.
  ticket_hash bytea primary key,
  vm_id uuid not null references vm on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  -- Whose end also ends the console.
  session_id uuid not null references session on delete cascade,
  kind varchar(6) not null check (kind in ('serial', 'screen')),
  -- browser: opened by the user, spent at the API. worker: made by the API, spent at the worker.
  leg varchar(7) not null check (leg in ('browser', 'worker')),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);
`

const watched = ['workspace', 'area', 'host', 'pool', 'template', 'network', 'vm', 'task']

/** Where a row's workspace stands, for the events of that workspace; none for what only operators see. */
const workspaceOf: Record<string, string> = { workspace: 'id', network: 'workspace_id', vm: 'workspace_id', task: 'workspace_id' }
const workspaceColumn = (table: string) => (workspaceOf[table] ? `'${workspaceOf[table]}'` : '')

const events = `
-- The outbox (decision 3): written in the transaction of the change, read in the order (xid, id) below the snapshot's xmin.
create table event (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  workspace_id uuid,
  object_type varchar(20) not null,
  object_id uuid not null,
  kind varchar(7) not null check (kind in ('created', 'changed', 'deleted')),
  object_version integer not null,
  at timestamptz(3) not null default now(),
  primary key (xid, id)
);
create index event_workspace on event (workspace_id, xid, id);

create function bump_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;

create function write_event() returns trigger language plpgsql as $$
declare
  affected jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  insert into event (workspace_id, object_type, object_id, kind, object_version) values (
    case when tg_nargs > 0 then (affected ->> tg_argv[0])::uuid end,
    tg_table_name,
    (affected ->> 'id')::uuid,
    case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'deleted' end,
    (affected ->> 'version')::integer + case tg_op when 'DELETE' then 1 else 0 end
  );
  -- Carries nothing: it wakes the readers, and PostgreSQL folds equal notices of one transaction into one.
  perform pg_notify('kloudak_event', '');
  return null;
end $$;

${watched.map((table) => `
create trigger ${table}_version before update on ${table} for each row when (old.* is distinct from new.*) execute function bump_version();
create trigger ${table}_born_or_gone after insert or delete on ${table} for each row execute function write_event(${workspaceColumn(table)});
create trigger ${table}_changed after update on ${table} for each row when (old.* is distinct from new.*) execute function write_event(${workspaceColumn(table)});
`).join('')}

create trigger user_account_version before update on user_account for each row when (old.* is distinct from new.*) execute function bump_version();
create trigger membership_version before update on membership for each row when (old.* is distinct from new.*) execute function bump_version();

-- Tells those who hold a subscription or a console open for a user that the user's rights may be others now.
create function tell_access() returns trigger language plpgsql as $$
declare
  affected jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  perform pg_notify('kloudak_access', affected ->> tg_argv[0]);
  return null;
end $$;

create trigger user_account_access after update or delete on user_account for each row execute function tell_access('id');
create trigger membership_access after insert or update or delete on membership for each row execute function tell_access('user_id');
create trigger session_access after update of revoked_at or delete on session for each row execute function tell_access('user_id');
`
