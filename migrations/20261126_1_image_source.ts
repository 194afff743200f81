import { Migration } from '@mikro-orm/migrations'

export class Migration20261126_1_image_source extends Migration {
  override up(): void {
    this.addSql(`
-- Where in the web it was imported from; pools that still lack it are given it from there, or from another pool.
alter table image_version add column source_url text;`)
  }
}
