// What no field should trip over, and where in a mutation's input it can be put.
import { getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import type { GraphQLInputField, GraphQLInputObjectType, GraphQLInputType } from 'graphql'

/** Strings by what is hostile in them. All but the surrogates and what is too long can be stored as they are. */
export const hostile: Record<string, string> = {
  xml: '<a b="c">&amp;]]></a><!-- \'"',
  shell: '$(reboot); `id` | rm -rf / && \' " \\ ${HOME}',
  sql: '\'; drop table vm; -- " \\\' %s $1 ? :name {1,2}',
  controls: 'a\u0007\u001b[31m\u0085b',
  'line breaks': 'a\r\nb\u2028c',
  bidi: 'a\u202eb\u2066c\u200f',
  'zero width': 'a\u200bb\ufeff\u00ad',
  'no character': 'a\uffff\ufdd0',
  'lone surrogate': 'a\ud800b',
  'turned surrogates': '\udc00\ud800',
  'zero byte': 'a\u0000b',
  'combining marks': `a${'\u0301\u0327'.repeat(3_000)}`,
  long: 'x'.repeat(900_000),
  '4 MiB': 'y'.repeat(4 * 1024 ** 2),
  nothing: '',
  blanks: ' \t ',
}

export type Path = (string | number)[]

/** Every field below an input type that takes text: strings and ids. */
export function textFields(type: GraphQLInputObjectType, above: Path = []): Path[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const path = [...above, field.name, ...(isListType(getNullableType(field.type)) ? [0] : [])]
    const named = getNamedType(field.type)
    if (isInputObjectType(named)) return textFields(named, path)
    return named.name === 'String' || named.name === 'ID' ? [path] : []
  })
}

/** A value for a field that the path leads through and that the input has left out; ids are given by the field's name. */
function sampleOf(type: GraphQLInputType, name: string, ids: Record<string, string>): unknown {
  if (isListType(getNullableType(type))) return []
  const named = getNamedType(type)
  if (isInputObjectType(named)) return sampleInput(named, ids)
  if (isEnumType(named)) return named.getValues()[0]!.name
  return { ID: ids[name.replace(/Id$/, '')], String: 'text', Boolean: true }[named.name] ?? 134_217_728
}

const sampleInput = (type: GraphQLInputObjectType, ids: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(Object.values(type.getFields()).filter((field: GraphQLInputField) => isNonNullType(field.type)).map((field) => [field.name, sampleOf(field.type, field.name, ids)]))

/** A copy of the input with the value at the path; what is missing on the way is made. */
export function withValue(type: GraphQLInputObjectType, input: Record<string, unknown>, path: Path, value: string, ids: Record<string, string>): Record<string, unknown> {
  const [name, ...rest] = path as [string, ...Path]
  const field = type.getFields()[name]!
  if (rest.length === 0) return { ...input, [name]: value }
  const named = getNamedType(field.type)
  const inner = rest[0] === 0 ? rest.slice(1) : rest
  const deepen = (below: unknown) => (inner.length === 0 ? value : withValue(named as GraphQLInputObjectType, (below ?? sampleInput(named as GraphQLInputObjectType, ids)) as Record<string, unknown>, inner, value, ids))
  const held = input[name]
  return { ...input, [name]: rest[0] === 0 ? [deepen((held as unknown[] | undefined)?.[0]), ...(held as unknown[] | undefined ?? []).slice(1)] : deepen(held) }
}
