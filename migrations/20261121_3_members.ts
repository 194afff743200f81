import { Migration } from '@mikro-orm/migrations'

/** Owners are those who hold every permission: whoever held all that there were, holds the new ones too. */
export class Migration20261121_3_members extends Migration {
  override up(): void {
    this.addSql(newCodes)
  }
}

const newCodes = `
update membership set permissions = permissions || '{vm:password,workspace:edit,workspace:delete}'
where permissions @> '{vm:add,vm:edit,vm:delete,vm:console,network:add,network:edit,network:delete,router:add,router:edit,router:delete,user:add,user:edit,user:delete,volume:add,volume:edit,volume:delete,image:add,image:edit,image:delete}'
  and not permissions && '{vm:password,workspace:edit,workspace:delete}';
`
