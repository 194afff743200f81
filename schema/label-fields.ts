import type { builder } from './builder.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

/** Which hosts an input asks for; `forWhat` ends the sentence. */
export const labelFields = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>, forWhat: string) => ({
  requiredLabels: t.stringList({ description: `Labels that a host must have, ${forWhat}.` }),
  avoidedLabels: t.stringList({ description: `Labels that a host must not have, ${forWhat}.` }),
})
