import { Migration } from '@mikro-orm/migrations'

/**
 * What a host is (`state`, as it is seen) stands apart from what the operator wants of it (`duty`), as with VMs
 * (decision 1). A fenced host is proven to be off, and stays fenced until it has been cleaned up.
 */
export class Migration20261122_1_hosts extends Migration {
  override up(): void {
    this.addSql(`
alter table host drop constraint host_state_check,
  add constraint host_state_check check (state in ('enrolling', 'up', 'suspect', 'down', 'fenced', 'maintenance', 'retired')),
  add column duty varchar(11) not null default 'service' check (duty in ('service', 'draining', 'maintenance')),
  add column silent_since timestamptz(3),
  add column labels text[] not null default '{}';

update host set state = 'up', duty = 'maintenance' where state = 'maintenance';`)
  }
}
