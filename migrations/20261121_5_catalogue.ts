import { Migration } from '@mikro-orm/migrations'
import { addressHistory } from './catalogue/address-history.ts'
import { births } from './catalogue/births.ts'
import { offers } from './catalogue/offers.ts'

/**
 * What operators offer and to whom, VMs that know by themselves what they were made from, reserved ranges, and a
 * history of addresses that outlives VMs and subnets. It only adds and loosens: servers of the release before go on.
 */
export class Migration20261121_5_catalogue extends Migration {
  override up(): void {
    this.addSql(offers)
    this.addSql(births)
    this.addSql(addressHistory)
  }
}
