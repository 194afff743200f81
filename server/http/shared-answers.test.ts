import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'graphql'
import type { ExecutionResult } from 'graphql'
import type { Actor } from '../auth/actor.ts'
import { questionOf, SharedAnswers } from './shared-answers.ts'

const someone = (id: string): Actor => ({ id, username: id, superuser: false, sessionId: id, memberships: new Map() })
const countingMaker = (result: ExecutionResult) => {
  const made = { count: 0, make: async () => { made.count++; return result } }
  return made
}

test('what one caller asks twice is answered once, and nobody is answered by what another asked', async () => {
  const answers = new SharedAnswers()
  const [one, other] = [someone('a'), someone('a')]
  const made = countingMaker({ data: { x: 1 } })
  await Promise.all([answers.answer(one, 'q', made.make), answers.answer(one, 'q', made.make)])
  assert.equal(made.count, 1)
  await answers.answer(one, 'other question', made.make)
  assert.equal(made.count, 2)
  // The same user with the rights of another moment is another caller.
  await answers.answer(other, 'q', made.make)
  assert.equal(made.count, 3)
})

test('an answer with errors, or none at all, is nobody else\'s', async () => {
  const answers = new SharedAnswers()
  const one = someone('a')
  const made = countingMaker({ data: { x: 1 } })
  await Promise.all([
    answers.answer(one, 'q', async () => ({ errors: [] })),
    answers.answer(one, 'q', made.make),
    assert.rejects(answers.answer(one, 'broken', async () => { throw new Error('broken') })),
    answers.answer(one, 'broken', made.make),
  ])
  assert.equal(made.count, 2)
})

test('a question is an operation with its variables', () => {
  const [first, second] = ['subscription { a }', 'subscription { b }'].map((text) => parse(text).definitions[0]!)
  assert.equal(questionOf(first!, { id: 1 }), questionOf(first!, { id: 1 }))
  assert.notEqual(questionOf(first!, { id: 1 }), questionOf(first!, { id: 2 }))
  assert.notEqual(questionOf(first!, undefined), questionOf(second!, undefined))
})
