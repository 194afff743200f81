export const addressHistory = `
-- Addresses of a subnet that are never handed out, for what is not Kloudak's: printers, routers, other people's machines.
create table reserved_range (
  id uuid primary key,
  subnet_id uuid not null references subnet on delete cascade,
  first inet not null,
  last inet not null,
  reason varchar(63) not null default '',
  check (first <= last)
);
create index reserved_range_subnet on reserved_range (subnet_id);

-- Who had which address, and when, is known after the VM and the subnet are gone.
alter table address add column on_network_id uuid;
alter table address add column for_workspace_id uuid;
alter table address add column vm_name varchar(63);
alter table address alter column subnet_id drop not null;
alter table address drop constraint address_subnet_id_fkey;
alter table address add constraint address_subnet_id_fkey foreign key (subnet_id) references subnet on delete set null;

update address set on_network_id = known.network_id, for_workspace_id = coalesce(known.vm_workspace_id, known.workspace_id), vm_name = known.vm_name
from (
  select a.id, subnet.network_id, network.workspace_id, vm.workspace_id as vm_workspace_id, vm.name as vm_name
  from address a join subnet on subnet.id = a.subnet_id join network on network.id = subnet.network_id left join vm on vm.id = a.vm_id
) known where known.id = address.id;
-- Only now: checked for all rows at once instead of for each.
alter table address add constraint address_on_network_id_fkey foreign key (on_network_id) references network on delete cascade;
alter table address alter column on_network_id set not null;

-- By trigger, so that whoever gives or releases an address writes down whose it is. The name is the last one that the VM had with it.
create function name_holder() returns trigger language plpgsql as $$
begin
  if new.on_network_id is null then select subnet.network_id into new.on_network_id from subnet where subnet.id = new.subnet_id; end if;
  select coalesce(holder.workspace_id, new.for_workspace_id), coalesce(holder.name, new.vm_name) into new.for_workspace_id, new.vm_name
    from (select new.vm_id as id) as wanted left join vm as holder on holder.id = wanted.id;
  return new;
end $$;
create trigger address_holder before insert or update of released_at on address for each row execute function name_holder();

create index address_network on address (on_network_id, id);
-- Those that still rest, among all that were ever released.
create index address_resting on address (subnet_id, released_at) where released_at is not null;
`
