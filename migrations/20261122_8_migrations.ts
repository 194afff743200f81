import { Migration } from '@mikro-orm/migrations'

/** What the VM's last move from host to host took, and how far the emptying of a host is. */
export class Migration20261122_8_migrations extends Migration {
  override up(): void {
    this.addSql('alter table vm add column last_migration jsonb;')
    this.addSql('alter table host add column drain jsonb;')
  }
}
