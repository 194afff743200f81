import { builder } from './builder.ts'

export const ReservedRangeInput = builder.inputType('ReservedRangeInput', {
  description: 'Addresses of a subnet that shall never be handed out.',
  fields: (t) => ({
    first: t.string({ required: true, description: 'The lowest address.' }),
    last: t.string({ required: true, description: 'The highest address; the same as the first one for one alone.' }),
    reason: t.string({ description: 'What they are kept for: at most 63 characters. Whoever asks for one of them is told.' }),
  }),
})

export const SubnetInput = builder.inputType('SubnetInput', {
  description: 'Addresses of a network.',
  fields: (t) => ({
    cidr: t.string({ required: true, description: 'The block: IPv4 from /8 to /30, IPv6 from /32 to /126, for example `10.0.0.0/24`.' }),
    gateway: t.string({ description: 'The gateway of its guests; the first address when left out. It is never handed out.' }),
    dns: t.stringList({ description: 'The DNS servers of its guests, at most 4; those of the area when left out.' }),
    rangeFirst: t.string({ description: 'The lowest address to hand out; the lowest that a machine can have when left out.' }),
    rangeLast: t.string({ description: 'The highest address to hand out; the highest that a machine can have when left out.' }),
    reserved: t.field({ type: [ReservedRangeInput], description: 'Ranges in it that are not handed out, at most 64.' }),
  }),
})
