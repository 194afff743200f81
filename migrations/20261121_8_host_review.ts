import { Migration } from '@mikro-orm/migrations'

/**
 * Hosts that wait for an operator's review: nothing on them is changed before (decision 10). What a worker saw on such a
 * host is kept, so that the API, which has no way to hosts, can show where it differs from the books.
 */
export class Migration20261121_8_host_review extends Migration {
  override up(): void {
    this.addSql(`
alter table host add column frozen_reason text, add column frozen_at timestamptz(3),
  add constraint host_frozen check ((frozen_reason is null) = (frozen_at is null));

create table host_inventory (
  host_id uuid primary key references host on delete cascade,
  taken_at timestamptz(3) not null,
  content jsonb not null
);`)
  }
}
