import { Migration } from '@mikro-orm/migrations'

/** Storage that cuts a failed host off is a proof as well: neither needs the host's board. */
export class Migration20261123_1_ceph_fence extends Migration {
  override up(): void {
    this.addSql(`
alter table fence_device drop constraint fence_device_kind_check, add constraint fence_device_kind_check check (kind in ('ipmi', 'redfish', 'libvirt', 'ceph', 'manual', 'simulated'));
alter table fence drop constraint fence_method_check, add constraint fence_method_check check (method in ('device', 'storage', 'operator'));`)
  }
}
