/**
 * What each host may still promise, kept beside the rows that say what it has promised (decision 25): by trigger, in the
 * transaction that writes those rows, so that no way to reserve or release can forget it. It only finds hosts: what is true is
 * summed up from the rows under the host's lock.
 */
export const hostRoom = `
create table host_room (
  host_id uuid primary key references host on delete cascade,
  area_id uuid not null references area,
  -- Up, in service, reviewed, and known.
  is_open boolean not null,
  labels text[] not null,
  -- For one VM, and for all together.
  one_vcpus integer not null,
  most_vcpus bigint not null,
  most_memory_bytes bigint not null,
  promised_vcpus bigint not null default 0,
  promised_memory_bytes bigint not null default 0,
  free_vcpus bigint generated always as (most_vcpus - promised_vcpus) stored,
  free_memory_bytes bigint generated always as (most_memory_bytes - promised_memory_bytes) stored,
  free_share double precision generated always as ((most_memory_bytes - promised_memory_bytes)::double precision / greatest(most_memory_bytes, 1)) stored,
  -- When a VM was placed on it last, in microseconds.
  turn bigint not null default 0,
  -- Thrown anew with each VM that is placed on it.
  dice double precision not null default random()
) with (fillfactor = 70);
create index host_room_memory on host_room (area_id, free_memory_bytes, free_vcpus) where is_open;
create index host_room_share on host_room (area_id, free_share) where is_open;
create index host_room_turn on host_room (area_id, turn) where is_open;
create index host_room_dice on host_room (area_id, dice) where is_open;

-- Ratios are single floats: by way of their text they are the numbers that people wrote.
create function host_bounds(of_host uuid, of_area uuid) returns table (host_id uuid, area_id uuid, is_open boolean, labels text[], one_vcpus integer, most_vcpus bigint, most_memory_bytes bigint) language sql stable as $$
  select host.id, host.area_id,
    host.state = 'up' and host.duty = 'service' and host.frozen_at is null and host.cpus is not null and host.memory_bytes is not null,
    host.labels, coalesce(host.cpus, 0) - host.reserved_vcpus,
    floor((coalesce(host.cpus, 0) - host.reserved_vcpus) * area.vcpu_overcommit::text::numeric)::bigint,
    floor((coalesce(host.memory_bytes, 0) - host.reserved_memory_bytes) * area.memory_overcommit::text::numeric)::bigint
  from host join area on area.id = host.area_id where (of_host is null or host.id = of_host) and (of_area is null or host.area_id = of_area);
$$;

insert into host_room (host_id, area_id, is_open, labels, one_vcpus, most_vcpus, most_memory_bytes, promised_vcpus, promised_memory_bytes)
select bounds.*, coalesce(promised.vcpus, 0), coalesce(promised.memory_bytes, 0)
from host_bounds(null, null) bounds left join (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from reservation group by host_id) promised using (host_id);

create function host_bounds_changed() returns trigger language plpgsql as $$
begin
  insert into host_room (host_id, area_id, is_open, labels, one_vcpus, most_vcpus, most_memory_bytes)
  select * from host_bounds(new.id, null)
  on conflict (host_id) do update set area_id = excluded.area_id, is_open = excluded.is_open, labels = excluded.labels,
    one_vcpus = excluded.one_vcpus, most_vcpus = excluded.most_vcpus, most_memory_bytes = excluded.most_memory_bytes;
  return null;
end $$;
create trigger host_room_born after insert on host for each row execute function host_bounds_changed();
create trigger host_room_bounds after update on host for each row
  when ((old.area_id, old.state, old.duty, old.frozen_at, old.labels, old.cpus, old.memory_bytes, old.reserved_vcpus, old.reserved_memory_bytes)
    is distinct from (new.area_id, new.state, new.duty, new.frozen_at, new.labels, new.cpus, new.memory_bytes, new.reserved_vcpus, new.reserved_memory_bytes))
  execute function host_bounds_changed();

create function area_ratios_changed() returns trigger language plpgsql as $$
begin
  update host_room set most_vcpus = bounds.most_vcpus, most_memory_bytes = bounds.most_memory_bytes from host_bounds(null, new.id) bounds where bounds.host_id = host_room.host_id;
  return null;
end $$;
create trigger host_room_ratios after update on area for each row
  when ((old.vcpu_overcommit, old.memory_overcommit) is distinct from (new.vcpu_overcommit, new.memory_overcommit)) execute function area_ratios_changed();

create function reservation_made() returns trigger language plpgsql as $$
begin
  update host_room set promised_vcpus = promised_vcpus + made.vcpus, promised_memory_bytes = promised_memory_bytes + made.memory_bytes, turn = extract(epoch from clock_timestamp()) * 1000000, dice = random()
  from (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from new_rows where host_id is not null group by host_id) made where made.host_id = host_room.host_id;
  return null;
end $$;
create function reservation_gone() returns trigger language plpgsql as $$
begin
  update host_room set promised_vcpus = promised_vcpus - gone.vcpus, promised_memory_bytes = promised_memory_bytes - gone.memory_bytes
  from (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from old_rows where host_id is not null group by host_id) gone where gone.host_id = host_room.host_id;
  return null;
end $$;
create function reservation_changed() returns trigger language plpgsql as $$
begin
  update host_room set promised_vcpus = promised_vcpus + changed.vcpus, promised_memory_bytes = promised_memory_bytes + changed.memory_bytes
  from (
    select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes
    from (select host_id, vcpus, memory_bytes from new_rows union all select host_id, -vcpus, -memory_bytes from old_rows) as rows
    where host_id is not null group by host_id having sum(vcpus) <> 0 or sum(memory_bytes) <> 0) changed where changed.host_id = host_room.host_id;
  return null;
end $$;
create trigger reservation_made after insert on reservation referencing new table as new_rows for each statement execute function reservation_made();
create trigger reservation_gone after delete on reservation referencing old table as old_rows for each statement execute function reservation_gone();
create trigger reservation_changed after update on reservation referencing old table as old_rows new table as new_rows for each statement execute function reservation_changed();
`
