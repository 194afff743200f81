import { Migration } from '@mikro-orm/migrations'

/**
 * Where books and hosts differ while work goes on, as the sweep finds it; addresses that guests were seen to have; and
 * what was last known of a VM whose host is lost.
 */
export class Migration20261122_5_drift extends Migration {
  override up(): void {
    this.addSql(`
create table drift (
  id uuid primary key,
  area_id uuid not null references area on delete cascade,
  -- The host on which it was seen; null for what lies in a pool, and for what the books alone tell.
  host_id uuid references host on delete cascade,
  pool_id uuid references pool on delete cascade,
  -- Not a foreign key: the VM may be gone, which is then the matter.
  vm_id uuid,
  kind varchar(19) not null check (kind in ('vm-missing', 'vm-extra', 'vm-power', 'volume-missing', 'volume-extra', 'seed-missing', 'port-missing', 'port-extra', 'port-vlan', 'address-leaked', 'reservation-leaked', 'reservation-missing')),
  -- What it is about: a domain's UUID, a volume's name, the id of a port, of an address or of a reservation.
  subject varchar(255) not null,
  message text not null,
  first_seen_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  -- Repairs that the sweep began by itself, and the newest task of any.
  tries integer not null default 0,
  task_id uuid references task on delete set null,
  ignored_at timestamptz(3),
  repaired_at timestamptz(3),
  resolved_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index drift_open on drift (kind, subject, host_id, pool_id) nulls not distinct where resolved_at is null;
create index drift_host on drift (host_id, id) where resolved_at is null;
create index drift_resolved on drift (resolved_at);
create index drift_task on drift (task_id);

-- That it was seen once more is no news.
create trigger drift_version before update on drift for each row
  when ((old.message, old.tries, old.task_id, old.ignored_at, old.repaired_at, old.resolved_at) is distinct from (new.message, new.tries, new.task_id, new.ignored_at, new.repaired_at, new.resolved_at)) execute function bump_version();
create trigger drift_born_or_gone after insert or delete on drift for each row execute function write_event();
create trigger drift_changed after update on drift for each row when (old.version <> new.version) execute function write_event();

-- Kinds of drift that the sweep does not repair by itself in this area.
alter table area add column drift_report_only text[] not null default '{}';

-- When somebody looked at all volumes of the pool: one host of the area does it for all.
create table pool_sweep (
  pool_id uuid primary key references pool on delete cascade,
  swept_at timestamptz(3) not null
);

-- What was seen inside guests. Nobody assigned it, and nothing relies on it.
create table guest_address (
  id uuid primary key,
  vm_id uuid not null references vm on delete cascade,
  interface_id uuid not null references vm_interface on delete cascade,
  ip inet not null,
  source varchar(5) not null check (source in ('agent', 'lease', 'arp')),
  first_seen_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now(),
  unique (interface_id, ip, source)
);
create index guest_address_vm on guest_address (vm_id);

-- While the power is unknown: what it was before.
alter table vm add column last_known_power varchar(7);
create function keep_known_power() returns trigger language plpgsql as $$
begin
  new.last_known_power := case when new.observed_power = 'unknown' then old.observed_power end;
  return new;
end $$;
create trigger vm_known_power before update of observed_power on vm for each row
  when (old.observed_power <> new.observed_power and 'unknown' in (old.observed_power, new.observed_power)) execute function keep_known_power();`)
  }
}
