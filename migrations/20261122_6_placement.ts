import { Migration } from '@mikro-orm/migrations'
import { affinityGroups } from './placement/affinity-groups.ts'
import { hostRoom } from './placement/host-room.ts'

/**
 * How hosts are chosen: an area's policy, what is kept for a host itself, labels that VMs ask for, groups of VMs that belong
 * together or apart, and the room of each host in a table with indexes, so that the best of thousands is found without
 * reading them all.
 */
export class Migration20261122_6_placement extends Migration {
  override up(): void {
    this.addSql(`
alter table area add column placement_policy varchar(63) not null default 'spread';

-- What would become of its VMs if the host died now, as the drill found last; null until it has.
alter table host add column reserved_vcpus integer not null default 0 check (reserved_vcpus >= 0), add column loss jsonb;

alter table template add column required_labels text[] not null default '{}', add column avoided_labels text[] not null default '{}';
alter table instance_type add column required_labels text[] not null default '{}', add column avoided_labels text[] not null default '{}';
-- Of the birth: whatever becomes of template or instance type, the VM moves only where it could have been born.
alter table vm add column required_labels text[] not null default '{}', add column avoided_labels text[] not null default '{}';`)
    this.addSql(affinityGroups)
    this.addSql(hostRoom)
  }
}
