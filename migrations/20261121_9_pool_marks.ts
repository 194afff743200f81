import { Migration } from '@mikro-orm/migrations'

/** Whether these books' marker has been seen in a pool: one that had it and has none is not the folder that it was. */
export class Migration20261121_9_pool_marks extends Migration {
  override up(): void {
    this.addSql('alter table pool add column marked_at timestamptz(3);')
  }
}
