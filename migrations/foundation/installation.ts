export const installation = `
create table installation (
  id uuid primary key,
  singleton boolean not null default true unique check (singleton),
  -- Changes when the database is restored: hosts carry it, and a mismatch stops automation (decision 10).
  generation integer not null default 1,
  -- Changes on restore or promotion: older event cursors are then CURSOR_EXPIRED (decision 3).
  stream_epoch uuid not null,
  -- The position of the newest event that has been pruned: a cursor before it is CURSOR_EXPIRED too.
  pruned_xid xid8 not null default '0',
  pruned_id bigint not null default 0,
  -- First three octets of every MAC of this installation, locally administered.
  mac_prefix varchar(8) not null check (mac_prefix ~ '^[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}$'),
  created_at timestamptz(3) not null default now()
);

-- The first octet is unicast and locally administered, and not fe, which libvirt keeps for the host's end of a tap.
insert into installation (id, stream_epoch, mac_prefix)
select gen_random_uuid(), gen_random_uuid(), lpad(to_hex((floor(random() * 62)::integer << 2) | 2), 2, '0') || ':' || substr(noise, 1, 2) || ':' || substr(noise, 3, 2)
from (select md5(gen_random_uuid()::text) as noise) as source;
`
