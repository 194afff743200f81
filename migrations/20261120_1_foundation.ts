import { Migration } from '@mikro-orm/migrations'
import { catalogue } from './foundation/catalogue.ts'
import { infrastructure } from './foundation/infrastructure.ts'
import { installation } from './foundation/installation.ts'
import { networks } from './foundation/networks.ts'
import { people } from './foundation/people.ts'
import { vms } from './foundation/vms.ts'
import { work } from './foundation/work.ts'

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
