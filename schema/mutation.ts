import type { FieldMap, GenericFieldRef, InputFieldMap, InputShapeFromFields, NullableToOptional } from '@pothos/core'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { mendable, resultTypeName, userErrorTypes } from './errors.ts'

type Schema = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never
type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Schema, 'InputObject'>
type PayloadBuilder = PothosSchemaTypes.RootFieldBuilder<Schema, unknown, 'SimpleObject'>
/** What `resolve` returns for the payload's fields. */
type PayloadShape<Fields extends FieldMap> = NullableToOptional<{ [Name in keyof Fields]: Fields[Name] extends GenericFieldRef<infer Value> ? Value : never }>

interface MutationOptions<Input extends InputFieldMap, Payload extends FieldMap> {
  description: string
  /** The fields of its one input; `idempotencyKey` is added to them. */
  input: (t: InputBuilder) => Input
  /** The fields of its payload; what `resolve` returns has their shape. */
  payload: (t: PayloadBuilder) => Payload
  /** Throws KloudakError; those that a caller can mend become members of the result union. */
  resolve: (input: InputShapeFromFields<Input> & { idempotencyKey?: string | null }, context: Context) => Promise<PayloadShape<Payload>>
  /** Whether people who are not signed in may call it. */
  anonymous?: boolean
  /** Without an idempotency key: only what answers with tokens, which are not kept and cannot be told twice. */
  withoutKey?: boolean
}

/**
 * Adds `name(input: NameInput!): NameResult!`, where the result is a union of `NamePayload` and every error that a
 * caller can mend.
 */
export function mutation<Input extends InputFieldMap, Payload extends FieldMap>(name: string, options: MutationOptions<Input, Payload>): void {
  const typeName = name[0]!.toUpperCase() + name.slice(1)
  const input = builder.inputType(`${typeName}Input`, {
    description: `Input of ${name}.`,
    fields: (t) => ({
      ...options.input(t),
      ...(options.withoutKey ? {} : { idempotencyKey: t.string({ description: 'Up to 128 characters of your choice. Sending the same key and input again returns what the first call made, and makes nothing.' }) }),
    }),
  })
  // From here on the shapes are checked by what the caller wrote, not by Pothos.
  const fields: (t: PayloadBuilder) => FieldMap = options.payload
  const payload = builder.simpleObject(`${typeName}Payload`, { description: `What ${name} answers when it succeeds.`, fields })
  const result = builder.unionType(`${typeName}Result`, {
    description: `The payload of ${name}, or an error that the caller can mend.`,
    types: [payload, ...userErrorTypes],
    resolveType: (value) => resultTypeName(value, `${typeName}Payload`),
  })
  builder.mutationField(name, (t) => t.field({
    type: result,
    description: options.description,
    skipTypeScopes: options.anonymous ?? false,
    args: { input: t.arg({ type: input, required: true, description: 'What to do it with.' }) },
    resolve: async (_root, args, context) => mendable(() => options.resolve((args as { input: never }).input, context)) as never,
  }))
}
