import { Migration } from '@mikro-orm/migrations'

/**
 * A worker's leases run out together: one row renewed keeps all its hosts, however many. Null is a worker of an older
 * Kloudak, whose leases each have an end of their own; those of a newer one are without end while its worker lives.
 */
export class Migration20261122_9_worker_leases extends Migration {
  override up(): void {
    this.addSql(`
alter table worker add column alive_until timestamptz;
create index host_lease_worker on host_lease (worker_id);`)
  }
}
