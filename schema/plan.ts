import type { Plan, PlanChoice, PlanQuota } from '../server/app/plan.ts'
import { builder } from './builder.ts'
import { QuotaResourceType } from './quota-resource.ts'

const PlanChoiceType = builder.objectRef<PlanChoice>('PlanChoice').implement({
  description: 'Something that Kloudak would choose.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What kind of thing: `host`, `pool`, `area`.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
  }),
})

const PlanQuotaType = builder.objectRef<PlanQuota>('PlanQuota').implement({
  description: 'What a quota of the workspace would come to.',
  fields: (t) => ({
    resource: t.expose('resource', { type: QuotaResourceType, description: 'What is counted.' }),
    limit: t.exposeFloat('limit', { nullable: true, description: 'How much there may be; null when there is no limit.' }),
    before: t.exposeFloat('before', { description: 'How much is used now.' }),
    after: t.exposeFloat('after', { description: 'How much would be used.' }),
  }),
})

export const PlanType = builder.objectRef<Plan>('Plan').implement({
  description: 'What a mutation would do, found by doing all of it in the books and undoing it.',
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'Stands for all that the plan rests on: sent back as `planHash`, it makes sure that nothing of it has changed.' }),
    steps: t.exposeStringList('steps', { description: 'What would be done, in order, as sentences.' }),
    losses: t.exposeStringList('losses', { description: 'What would be stopped or lost, as sentences.' }),
    choices: t.field({ type: [PlanChoiceType], description: 'What would be chosen, such as the host and the pool.', resolve: ({ choices }) => choices }),
    quotas: t.field({ type: [PlanQuotaType], description: 'The quotas that it would change.', resolve: ({ quotas }) => quotas }),
  }),
})
