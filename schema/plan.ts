import { builder } from './builder.ts'

/** Room for `dryRun` (decision 24): what a mutation would do, before it does it. */
interface Plan { hash: string; steps: string[] }

export const PlanType = builder.objectRef<Plan>('Plan').implement({
  description: 'What a mutation would do. Null in payloads of mutations that have done it.',
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'Stands for all that the plan rests on: sent back, it makes sure that nothing of it has changed.' }),
    steps: t.exposeStringList('steps', { description: 'What would be done, in order, as sentences.' }),
  }),
})
