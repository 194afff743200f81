import { GraphQLError, Kind } from 'graphql'
import type { ASTNode, ASTVisitor, ValidationContext } from 'graphql'

/** What one document may look up by `__type`. */
const typesAtOnce = 20
const mutationsAtOnce = 20

const refuse = (message: string, node: ASTNode) => new GraphQLError(message, { nodes: node, extensions: { code: 'INVALID_INPUT' } })

/**
 * Introspection has no cost of ours and needs no sign-in, so one short document could have the whole schema told hundreds
 * of times, under one alias after the other. Without aliases it is told once, and graphql-js bounds its depth.
 */
export function introspectOnce(context: ValidationContext): ASTVisitor {
  let lookups = 0
  return {
    Field: (node) => {
      const name = node.name.value
      if (name === '__type' && ++lookups > typesAtOnce) context.reportError(refuse(`At most ${typesAtOnce} types at once.`, node))
      const isOfSchema = name === '__schema' || context.getParentType()?.name.startsWith('__') === true
      if (isOfSchema && node.alias && node.alias.value !== name) context.reportError(refuse('What describes the schema takes no alias.', node))
    },
  }
}

/** Each leaves a row in the audit, and what one request may leave there has an end. Selections of one name are one act, so that counting them all is never too few. */
export function mutateAFewTimes(context: ValidationContext): ASTVisitor {
  let acts = 0
  return {
    Field: (node) => {
      if (context.getParentType() === context.getSchema().getMutationType() && ++acts === mutationsAtOnce + 1) context.reportError(refuse(`At most ${mutationsAtOnce} mutations at once.`, node))
    },
  }
}

/** PostgreSQL's text holds no zero bytes, whatever the field: they are refused here once, and in variables below. */
export function withoutZeroBytes(context: ValidationContext): ASTVisitor {
  return { [Kind.STRING]: (node) => { if (node.value.includes('\0')) context.reportError(refuse('Text has no zero bytes.', node)) } }
}

/** Whether some text in a JSON value, or the name of one of its fields, holds a zero byte. */
export function hasZeroByte(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, field]) => name.includes('\0') || hasZeroByte(field))
}
