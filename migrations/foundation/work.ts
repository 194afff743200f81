export const work = `
-- What a user watches.
create table task (
  id uuid primary key,
  workspace_id uuid references workspace on delete cascade,
  user_id uuid references user_account,
  -- The verb, for example 'createVm'.
  method varchar(40) not null,
  object_type varchar(20) not null,
  object_id uuid not null,
  object_name varchar(255) not null,
  state varchar(10) not null default 'queued' check (state in ('queued', 'running', 'undoing', 'done', 'failed', 'cancelled', 'stuck')),
  -- Steps with names, states and times, kept here for people after the saga's rows are gone.
  steps jsonb not null default '[]',
  progress real check (progress between 0 and 1),
  error jsonb,
  -- False once the saga is past its pivot, or ended.
  cancellable boolean not null default true,
  cancel_requested_at timestamptz(3),
  -- The request's input with its secrets removed.
  input jsonb not null default '{}',
  request_id varchar(64),
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3)
);
create index task_workspace on task (workspace_id, id desc);
create index task_object on task (object_id, id desc);

create table saga (
  id uuid primary key,
  task_id uuid not null references task on delete cascade,
  name varchar(40) not null,
  -- The definition's version; a worker takes only versions that it knows (decision 9).
  definition integer not null,
  input jsonb not null,
  state varchar(8) not null default 'queued' check (state in ('queued', 'running', 'undoing', 'done', 'undone', 'stuck')),
  -- The step that runs or will run next; while undoing, the step that is undone next.
  cursor integer not null default 0,
  attempt integer not null default 0,
  past_pivot boolean not null default false,
  -- When a worker may take it; while one holds it, the end of its lease plus the time a request may be on its way.
  run_after timestamptz(3) not null default now(),
  -- Who runs it, until when, and the how-many-eth holder that is: a stale worker's epoch is too low to act (decision 7).
  worker_id uuid,
  lease_until timestamptz(3),
  epoch bigint not null default 0,
  error jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index saga_open on saga (run_after) where state in ('queued', 'running', 'undoing', 'stuck');
create index saga_task on saga (task_id);

create table saga_step (
  saga_id uuid not null references saga on delete cascade,
  position integer not null,
  name varchar(40) not null,
  state varchar(10) not null check (state in ('doing', 'done', 'failed', 'undoing', 'undone', 'stuck')),
  attempt integer not null default 0,
  -- What the step returned: read by later steps and by its undo.
  output jsonb,
  error jsonb,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (saga_id, position)
);

-- One line for each object: whose turn it is, across all kinds of work, in the order of asking (decision 5).
create table object_lock (
  object_key varchar(60) not null,
  saga_id uuid not null references saga on delete cascade,
  ticket bigint generated always as identity,
  primary key (object_key, saga_id)
);
create index object_lock_turn on object_lock (object_key, ticket);
create index object_lock_saga on object_lock (saga_id);

-- A request sent twice is done once (decision 23).
create table idempotency (
  user_id uuid not null references user_account on delete cascade,
  key varchar(128) not null,
  method varchar(40) not null,
  -- HMAC of the input: the same key with another input is CONFLICT.
  input_hmac bytea not null,
  object_id uuid not null,
  task_id uuid,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, key)
);

create table console_ticket (
  -- SHA-256 of the ticket that the browser holds.
  ticket_hash bytea primary key,
  vm_id uuid not null references vm on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  -- Whose end also ends the console.
  session_id uuid not null references session on delete cascade,
  kind varchar(6) not null check (kind in ('serial', 'screen')),
  -- browser: opened by the user, spent at the API. worker: made by the API, spent at the worker.
  leg varchar(7) not null check (leg in ('browser', 'worker')),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);
`
