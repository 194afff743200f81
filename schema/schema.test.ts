import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from 'graphql'
import { mendableCodes } from '../server/model/errors.ts'
import { userErrorTypes } from './errors.ts'
import { schema } from './index.ts'

test('every type, field, argument and enum value says what it is', () => {
  const silent: string[] = []
  const look = (path: string, { description }: { description?: string | null | undefined }) => { if (!description?.trim()) silent.push(path) }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    look(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field)
      for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument)
    }
  }
  assert.deepEqual(silent, [])
})

// These make and end sessions, or give out tickets: their answers are secrets, which are not kept. The list only shrinks.
const withoutKey = new Set(['openConsole', 'signIn', 'signUp', 'refreshSession', 'signOut', 'changePassword'])

test('every mutation takes one input with an idempotency key and answers with a union of its payload and the mendable errors', () => {
  for (const field of Object.values(schema.getMutationType()!.getFields())) {
    assert.deepEqual(field.args.map(({ name }) => name), ['input'], field.name)
    const typeName = field.name[0]!.toUpperCase() + field.name.slice(1)
    const input = schema.getType(`${typeName}Input`)
    assert.ok(isInputObjectType(input))
    assert.equal(input.getFields().idempotencyKey !== undefined, !withoutKey.has(field.name), `idempotencyKey of ${field.name}`)
    assert.equal(String(field.type), `${typeName}Result!`)
    const members = schema.getPossibleTypes(schema.getType(`${typeName}Result`) as never).map(({ name }) => name)
    assert.equal(members.length, mendableCodes.length + 1)
    assert.ok(members.includes(`${typeName}Payload`))
  }
  assert.equal(userErrorTypes.length, mendableCodes.length)
})
