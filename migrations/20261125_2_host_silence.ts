import { Migration } from '@mikro-orm/migrations'

/** That hosts fell silent together is still known when some of them have come back. */
export class Migration20261125_2_host_silence extends Migration {
  override up(): void {
    this.addSql(`
-- One that has ended. A silence that was proven to be a host's being off is not kept: it says nothing of others.
create table host_silence (
  host_id uuid not null references host on delete cascade,
  began_at timestamptz(3) not null,
  ended_at timestamptz(3) not null default now(),
  primary key (host_id, began_at)
);

-- When its fence devices were last asked in vain; null again when something else has kept them from being asked since.
alter table host_outage add column tried_at timestamptz(3);`)
  }
}
