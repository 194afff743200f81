import { Migration } from '@mikro-orm/migrations'

/** Memberships that can be named and followed, workspaces that can be deleted, and the permissions for both. */
export class Migration20261121_3_members extends Migration {
  override up(): void {
    this.addSql(newCodes)
    this.addSql(members)
    this.addSql(deletion)
  }
}

/** Owners are those who hold every permission: whoever held all that there were, holds the new ones too. */
const newCodes = `
update membership set permissions = permissions || '{vm:password,workspace:edit,workspace:delete}'
where permissions @> '{vm:add,vm:edit,vm:delete,vm:console,network:add,network:edit,network:delete,router:add,router:edit,router:delete,user:add,user:edit,user:delete,volume:add,volume:edit,volume:delete,image:add,image:edit,image:delete}'
  and not permissions && '{vm:password,workspace:edit,workspace:delete}';
`

const members = `
-- An id of its own: an event names one, and pages of members follow each other by it.
alter table membership add column id uuid;
-- UUIDv7 of the time they joined, so that the oldest come first.
update membership set id = encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  placing substring(int8send((extract(epoch from created_at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid;
alter table membership alter column id set not null, alter column id set default gen_random_uuid(), add constraint membership_id_unique unique (id);
create index membership_page on membership (workspace_id, id);

create trigger membership_born_or_gone after insert or delete on membership for each row execute function write_event('workspace_id');
create trigger membership_changed after update on membership for each row when (old.* is distinct from new.*) execute function write_event('workspace_id');
`

const deletion = `
alter table workspace add column phase varchar(8) not null default 'ready' check (phase in ('ready', 'deleting'));
-- A workspace's tasks outlive it: who asked for its deletion sees how that ended.
alter table task drop constraint if exists task_workspace_id_fkey;
create index task_open on task (workspace_id, object_id) where state in ('queued', 'running', 'undoing', 'stuck');
`
