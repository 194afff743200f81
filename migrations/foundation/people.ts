export const people = `
create table user_account (
  id uuid primary key,
  username varchar(63) not null,
  username_key varchar(63) not null unique,
  email varchar(254),
  password_hash text not null,
  superuser boolean not null default false,
  disabled_at timestamptz(3),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table session (
  id uuid primary key,
  user_id uuid not null references user_account on delete cascade,
  -- SHA-256 of the refresh token that is good now; the one before it marks a theft when it comes back.
  token_hash bytea not null unique,
  previous_token_hash bytea,
  created_at timestamptz(3) not null default now(),
  used_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);
create index session_previous on session (previous_token_hash);
create index session_of_user on session (user_id);

create table signing_key (
  id uuid primary key,
  algorithm varchar(10) not null,
  public_jwk jsonb not null,
  -- AES-256-GCM under the master key, bound to table and row (decision 21).
  private_sealed bytea not null,
  created_at timestamptz(3) not null default now(),
  -- Signs until then; is published longer, so that tokens which it signed can still be verified.
  signs_until timestamptz(3) not null,
  published_until timestamptz(3) not null
);

create table workspace (
  id uuid primary key,
  name varchar(63) not null,
  name_key varchar(63) not null unique,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table membership (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  permissions text[] not null,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace_id, user_id)
);
create index membership_user on membership (user_id);
`
