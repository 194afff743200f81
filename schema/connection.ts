import type { PageRequest } from '../server/model/page.ts'
import { builder } from './builder.ts'
import { pageById } from './page.ts'
import type { PageArgs } from './page.ts'

builder.globalConnectionField('totalCount', (t) => t.int({
  description: 'How many the whole list has, with its filters; counted only when asked for.',
  complexity: 5,
  resolve: ({ totalCount }) => totalCount(),
}))

/** A keyset page that can also say how long the whole list is. */
export async function pageWithTotal<Row extends { id: string }>(args: PageArgs, list: (page: PageRequest) => Promise<Row[]>, count: () => Promise<number>) {
  return { ...await pageById(args, list), totalCount: count }
}
