import type { FieldMap, GenericFieldRef, InputFieldMap, InputShapeFromFields, NullableToOptional } from '@pothos/core'
import { auditAllowed, auditRefused, noteOf } from '../server/app/audit.ts'
import { requireActor } from '../server/auth/authorize.ts'
import { builder } from './builder.ts'
import type { Asked } from '../server/app/context.ts'
import type { Context } from './context.ts'
import { mendable, resultTypeName, userErrorTypes } from './errors.ts'
import { PlanType } from './plan.ts'

type Schema = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never
type InputBuilder = PothosSchemaTypes.InputFieldBuilder<Schema, 'InputObject'>
type PayloadBuilder = PothosSchemaTypes.RootFieldBuilder<Schema, unknown, 'SimpleObject'>
/** What `resolve` returns for the payload's fields. */
type PayloadShape<Fields extends FieldMap> = NullableToOptional<{ [Name in keyof Fields]: Fields[Name] extends GenericFieldRef<infer Value> ? Value : never }>

interface MutationOptions<Input extends InputFieldMap, Payload extends FieldMap> {
  description: string
  /** The fields of its one input; `idempotencyKey`, `dryRun` and `planHash` are added to them. */
  input: (t: InputBuilder) => Input
  /** The fields of its payload; what `resolve` returns has their shape. `plan` is added to them, and the object is null when a dry run made none. */
  payload: (t: PayloadBuilder) => Payload
  /** Throws KloudakError; those that a caller can mend become members of the result union. */
  resolve: (input: InputShapeFromFields<Input> & Asked, context: Context) => Promise<PayloadShape<Payload>>
  /** Whether people who are not signed in may call it. */
  anonymous?: boolean
  /** Without idempotency key and dry run: only what answers with tokens, which are not kept and cannot be told twice. */
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
      ...(options.withoutKey ? {} : {
        idempotencyKey: t.string({ description: 'Up to 128 characters of your choice. Sending the same key and input again returns what the first call made, and makes nothing.' }),
        dryRun: t.boolean({ description: 'Only tells the plan: everything is checked as if it were done, and nothing is changed.' }),
        planHash: t.string({ description: 'The hash of a plan that was looked at: PLAN_CHANGED when what it rests on has changed since.' }),
      }),
    }),
  })
  // From here on the shapes are checked by what the caller wrote, not by Pothos.
  const fields: (t: PayloadBuilder) => FieldMap = (t) => ({
    ...options.payload(t),
    ...(options.withoutKey ? {} : { plan: t.field({ type: PlanType, nullable: true, description: 'The plan, when only that was asked for.' }) }),
  })
  const payload = builder.simpleObject(`${typeName}Payload`, { description: `What ${name} answers when it succeeds.`, fields })
  const result = builder.unionType(`${typeName}Result`, {
    description: `The payload of ${name}, or an error that the caller can mend.`,
    types: [payload, ...userErrorTypes],
    resolveType: (value) => resultTypeName(value, `${typeName}Payload`),
  })
  builder.mutationField(name, (t) => t.field({
    type: result,
    description: options.description,
    // Asked below, where a refusal is recorded too.
    skipTypeScopes: true,
    args: { input: t.arg({ type: input, required: true, description: 'What to do it with.' }) },
    resolve: async (_root, args, context) => mendable(async () => {
      const { input } = args as { input: never }
      const note = noteOf(name, input)
      context.note = note
      try {
        if (!options.anonymous) requireActor(context.actor)
        const answer = await options.resolve(input, context)
        // Verbs write their row in the transaction of their work; what makes no more than a token is told only once its row stands.
        if (!note.isRecorded) await auditAllowed(context.db.em.fork(), context)
        context.whenRecorded?.()
        return { ...answer as object, plan: note.plan }
      } catch (error) {
        await auditRefused(context.db.em.fork(), context, error).catch((cause: unknown) => { context.log.error({ err: cause }, 'a refusal could not be recorded') })
        throw error
      } finally {
        context.whenRecorded = undefined
      }
    }) as never,
  }))
}
