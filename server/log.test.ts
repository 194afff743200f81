import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLog } from './log.ts'

/** What is written when the error is logged. */
function written(fields: object): string {
  let text = ''
  makeLog('test', 'info', { write: (line) => { text += line } }).error(fields, 'it failed')
  return text
}

/** As PostgreSQL's driver throws it: the detail quotes the row. */
const refused = () => Object.assign(new Error('null value in column "name" violates not-null constraint'), {
  code: '23502', table: 'vm', detail: 'Failing row contains (1, null, $6$salt$hash, #cloud-config\npassword: hunter2).', where: 'COPY vm, line 1: "hunter2"',
})

test('an error of the database is told without the row that it quotes', () => {
  const text = written({ err: refused() })
  assert.doesNotMatch(text, /hunter2|\$6\$|Failing row/)
  const { err } = JSON.parse(text) as { err: Record<string, string> }
  assert.equal(err.code, '23502')
  assert.match(err.message!, /null value in column "name"/)
  assert.match(err.stack!, /log\.test\.ts/)
})

test('whoever wraps such an error and repeats its words tells no row either', () => {
  const inner = refused()
  const wrapped = Object.assign(new Error(`${inner.message}\n - detail: ${inner.detail}`, { cause: inner }), { previous: inner, detail: inner.detail })
  for (const err of [wrapped, new Error('outer', { cause: wrapped }), new AggregateError([wrapped, new Error('other')], 'several')]) {
    const text = written({ err })
    assert.doesNotMatch(text, /hunter2|\$6\$/)
    assert.match(text, /violates not-null/)
  }
})

test('secret fields are cut out, down to the third level', () => {
  const text = written({ password: 'one', request: { headers: { authorization: 'Bearer two' }, cookie: 'three' }, ticket: 'four', list: [{ token: 'four' }] })
  assert.doesNotMatch(text, /one|two|three|four/)
  assert.doesNotMatch(written({ err: Object.assign(new Error('x'), { token: 'five', request: { password: 'six' } }) }), /five|six/)
})
