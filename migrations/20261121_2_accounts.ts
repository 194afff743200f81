import { Migration } from '@mikro-orm/migrations'

/** What accounts need beyond signing in: API tokens beside sessions, tries counted for all processes, and whether strangers may sign up. */
export class Migration20261121_2_accounts extends Migration {
  override up(): void { this.addSql(accounts) }
}

const accounts = `
-- An API token is a session that its user named: what watches sessions, closes sockets and spends console tickets holds for it too.
alter table session add column kind varchar(7) not null default 'sign-in' check (kind in ('sign-in', 'token'));
alter table session add column name varchar(63);
-- What a token may do at most, as [{ "workspaceId": uuid or null for all, "permissions": [code] }]. Its user's own rights bound it further.
alter table session add column scopes jsonb;
-- Whether a superuser's token is one too.
alter table session add column superuser_scope boolean not null default false;
alter table session add constraint session_token_is_scoped check ((kind = 'token') = (scopes is not null) and (kind = 'token') = (name is not null));
create index session_token on session (user_id, id) where kind = 'token';

-- Tries of what could be guessed, counted for all processes. A bucket fills by one with each try and drains with time.
create table try_bucket (
  -- HMAC of what is counted: a password that was typed in the place of a name stands nowhere.
  key varchar(32) primary key,
  level double precision not null,
  at timestamptz not null,
  drains_per_second double precision not null,
  -- Whoever has once been right from here is not shut out by what others try from elsewhere.
  succeeded_at timestamptz
);

alter table installation add column sign_up_open boolean not null default true;

-- Lists of users are cut by id and looked through by name.
create index user_account_superuser on user_account (id) where superuser;
`
