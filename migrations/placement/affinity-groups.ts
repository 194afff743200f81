export const affinityGroups = `
create table affinity_group (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name varchar(63) not null,
  policy varchar(13) not null check (policy in ('affinity', 'anti-affinity')),
  strength varchar(4) not null check (strength in ('hard', 'soft')),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint affinity_group_name unique (workspace_id, name)
);
create trigger affinity_group_version before update on affinity_group for each row when (old.* is distinct from new.*) execute function bump_version();
create trigger affinity_group_born_or_gone after insert or delete on affinity_group for each row execute function write_event('workspace_id');
create trigger affinity_group_changed after update on affinity_group for each row when (old.* is distinct from new.*) execute function write_event('workspace_id');

create table affinity_member (
  group_id uuid not null references affinity_group on delete cascade,
  vm_id uuid not null references vm on delete cascade,
  primary key (group_id, vm_id)
);
create index affinity_member_vm on affinity_member (vm_id);
`
