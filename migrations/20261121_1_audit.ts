import { Migration } from '@mikro-orm/migrations'

/**
 * Who did what, and who was refused. Nothing refers to other tables: a row outlives the user, the workspace and the
 * object that it is about. Rows are only ever added; the triggers keep out even a slip of ours.
 */
export class Migration20261121_1_audit extends Migration {
  override up(): void {
    this.addSql(`
create table audit (
  id uuid primary key,
  at timestamptz(3) not null default now(),
  -- Null when nobody was signed in.
  user_id uuid,
  username varchar(63),
  session_id uuid,
  client_address varchar(64) not null,
  request_id varchar(64) not null,
  -- The mutation, for example 'createVm'.
  method varchar(40) not null,
  -- Null for what belongs to no workspace, and for what failed before it was known.
  workspace_id uuid,
  object_type varchar(20),
  object_id uuid,
  object_name varchar(255),
  -- With its secrets removed and long texts cut.
  input jsonb not null,
  dry_run boolean not null default false,
  task_id uuid,
  -- Null when it was allowed.
  error_code varchar(20),
  error_message text
);
create index audit_workspace on audit (workspace_id, id);
create index audit_user on audit (user_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is only ever added to', tg_table_name;
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function refuse_change();
create trigger audit_no_truncate before truncate on audit for each statement execute function refuse_change();

-- From where the work was asked for.
alter table task add column client_address varchar(64);
`)
  }
}
