export const births = `
alter table vm alter column template_id drop not null;
alter table vm add column instance_type_id uuid references instance_type;
-- Facts of the VM's birth: a template or an image that changes later changes no VM.
alter table vm add column image_version_id uuid;
alter table vm add column clone_mode varchar(6) check (clone_mode in ('linked', 'full'));

-- No VM has changed, so nobody is told.
alter table vm disable trigger user;
update vm set
  clone_mode = template.clone_mode,
  -- A template may have moved on to a newer version: the disk knows the one that the VM was made from.
  image_version_id = coalesce(
    (select image_replica.image_version_id from disk join image_replica on image_replica.id = disk.replica_id where disk.vm_id = vm.id order by disk.position limit 1),
    template.image_version_id)
from template where template.id = vm.template_id;
alter table vm enable trigger user;

-- A server of the release before names the template alone.
create function fill_birth() returns trigger language plpgsql as $$
begin
  select coalesce(new.image_version_id, template.image_version_id), coalesce(new.clone_mode, template.clone_mode)
    into new.image_version_id, new.clone_mode from template where template.id = new.template_id;
  return new;
end $$;
create trigger vm_birth before insert on vm for each row when (new.image_version_id is null or new.clone_mode is null) execute function fill_birth();

-- Only now: checked for all rows at once instead of for each.
alter table vm add constraint vm_image_version_id_fkey foreign key (image_version_id) references image_version;
alter table vm alter column image_version_id set not null;
alter table vm alter column clone_mode set not null;
create index vm_template on vm (template_id);
create index vm_instance_type on vm (instance_type_id);
create index vm_image_version on vm (image_version_id);
create index template_image_version on template (image_version_id);
`
