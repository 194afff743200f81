import { findUsage } from '../server/app/address-read.ts'
import type { Subnet } from '../server/db/entities/network.ts'
import { reservedOf } from '../server/db/queries/address.ts'
import type { SubnetUsage } from '../server/model/subnet.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { encodeId } from './global-id.ts'

const ReservedRangeType = builder.simpleObject('ReservedRange', {
  description: 'Addresses of a subnet that are never handed out.',
  fields: (t) => ({
    first: t.string({ description: 'The lowest address.' }),
    last: t.string({ description: 'The highest address.' }),
    reason: t.string({ description: 'What they are kept for; empty when nobody said.' }),
  }),
})

const SubnetUsageType = builder.objectRef<SubnetUsage>('SubnetUsage').implement({
  description: 'How the addresses of a subnet stand now. Used, resting, reserved and free ones add up to the total.',
  fields: (t) => ({
    total: t.expose('total', { type: 'BigInt', description: 'How many guests could have in all.' }),
    used: t.expose('used', { type: 'BigInt', description: 'How many VMs have.' }),
    resting: t.expose('resting', { type: 'BigInt', description: 'How many were released less than a minute ago, and are not given again yet.' }),
    reserved: t.expose('reserved', { type: 'BigInt', description: 'How many are kept by reserved ranges.' }),
    free: t.expose('free', { type: 'BigInt', description: 'How many can be given.' }),
  }),
})

/** Read through its network alone: whoever sees that sees its subnets. */
export const SubnetType = builder.objectRef<Subnet>('Subnet').implement({
  description: 'Addresses of a network.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: ({ id }) => encodeId('Subnet', id) }),
    cidr: t.exposeString('cidr', { description: 'The block, for example `10.0.0.0/24`.' }),
    gateway: t.exposeString('gateway', { nullable: true, description: 'The gateway of its guests; null when there is none.' }),
    dns: t.stringList({ description: 'The DNS servers of its guests.', resolve: ({ dns }) => dns }),
    rangeFirst: t.exposeString('rangeFirst', { description: 'The lowest address that is handed out.' }),
    rangeLast: t.exposeString('rangeLast', { description: 'The highest address that is handed out.' }),
    reserved: t.loadableList({
      type: ReservedRangeType,
      complexity: { field: 1, multiplier: 4 },
      description: 'Ranges in it that are not handed out, lowest first.',
      load: async (ids: string[], { em }: Context) => {
        const bySubnet = Map.groupBy(await reservedOf(em, ids), ({ subnetId }) => subnetId)
        return ids.map((id) => bySubnet.get(id) ?? [])
      },
      resolve: ({ id }) => id,
    }),
    usage: t.loadable({
      type: SubnetUsageType,
      nullable: true,
      complexity: 5,
      description: 'How its addresses stand; of a public network for superusers alone, null for everybody else.',
      load: async (ids: string[], context: Context) => {
        const usage = await findUsage(context, ids)
        return ids.map((id) => usage.get(id) ?? null)
      },
      resolve: ({ id }) => id,
    }),
  }),
})
