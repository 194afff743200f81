import { Migration } from '@mikro-orm/migrations'

/** Networks are attached to and detached from a VM during its life: an interface has phases, and not each is known to its guest. */
export class Migration20261121_6_vm_interface_phase extends Migration {
  override up(): void {
    this.addSql(`
alter table vm_interface
  add column phase varchar(9) not null default 'ready' check (phase in ('attaching', 'ready', 'detaching')),
  -- Whether the guest was told of it at its first boot.
  add column configured_in_guest boolean not null default true;
`)
  }
}
