import { Migration } from '@mikro-orm/migrations'

/** Tasks and the audit can be looked through by who, when and how far; user data is sealed like other secrets. */
export class Migration20261121_7_tasks_and_audit extends Migration {
  override up(): void {
    this.addSql(`
-- A workspace's tasks outlive it: whoever asked for something in it still sees how that ended.
alter table task drop constraint if exists task_workspace_id_fkey;
create index task_user on task (user_id, id desc);
create index task_created on task (workspace_id, created_at);
-- Few at any time, whatever the number of those that have ended.
create index task_unfinished on task (id) where finished_at is null;
-- Those whose time to be kept runs out first.
create index task_finished on task (finished_at) where finished_at is not null;
create index idempotency_created on idempotency (created_at);

create index audit_object on audit (object_id, id) where object_id is not null;
create index audit_at on audit (workspace_id, at);

-- AES-256-GCM under the master key, bound to table and row (decision 21). What an older Kloudak wrote into user_data is
-- moved here by the first worker that starts; new rows never have it.
alter table vm add column user_data_sealed bytea;
create index vm_user_data_unsealed on vm (id) where user_data is not null;
`)
  }
}
