import { isOperator } from '../server/app/reader.ts'
import { builder } from './builder.ts'
import { InstanceTypeType } from './instance-type.ts'
import { TemplateType } from './template.ts'
import { VmType } from './vm.ts'

// How an operator tells hosts apart is theirs to know. The labels stand in the rows anyway, and cost nothing more.
for (const type of [TemplateType, InstanceTypeType, VmType] as (typeof TemplateType)[]) {
  builder.objectFields(type, (t) => ({
    requiredLabels: t.stringList({ nullable: true, complexity: 0, description: 'Labels that its host must have, for superusers; null for everybody else.', resolve: ({ requiredLabels }, _args, { actor }) => (isOperator(actor) ? requiredLabels : null) }),
    avoidedLabels: t.stringList({ nullable: true, complexity: 0, description: 'Labels that its host must not have, for superusers; null for everybody else.', resolve: ({ avoidedLabels }, _args, { actor }) => (isOperator(actor) ? avoidedLabels : null) }),
  }))
}
