import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from './errors.ts'
import { checkEmail, checkUsername, usernameKey } from './username.ts'

const refusedAt = (field: string) => (error: unknown) => error instanceof KloudakError && error.code === 'INVALID_INPUT' && error.field === field && error.remedy !== undefined

test('names that look the same are the same', () => {
  const twins = ['ada', 'Ada', 'ADA', '\uff21\uff44\uff41', '\u{1d41a}da']
  assert.deepEqual(new Set(twins.map((name) => usernameKey(checkUsername(name)))), new Set(['ada']))
})

test('a username is plain, so that none passes for another', () => {
  for (const good of ['ab', 'ada.lovelace', 'a_1-b', '007', 'x'.repeat(63)]) assert.equal(checkUsername(good), good)
  const bad = ['', 'a', 'x'.repeat(64), ' ada', 'ada ', 'a b', '.ada', 'ada-', '\u0430da', 'ad\u0131', 'a\u200bda', 'a\0da', 'a\ud800da', 'ada\u202e', "a'--", '<b>', 'a\nb', '\u212a'.repeat(70)]
  for (const name of bad) assert.throws(() => checkUsername(name), refusedAt('username'), JSON.stringify(name))
})

test('an email address is one, and its domain has no case', () => {
  assert.equal(checkEmail('Ada.Lovelace+vm@Example.COM'), 'Ada.Lovelace+vm@example.com')
  assert.equal(checkEmail('ada@b\u00fccher.example'), 'ada@b\u00fccher.example')
  const bad = ['', 'ada', '@example.com', 'ada@', 'ada@localhost', 'a da@example.com', 'ada@exam ple.com', 'ada@-example.com', 'ada@example..com', '.ada@example.com', 'a..da@example.com', 'ada@example.com\n', 'ada\0@example.com', 'a\u200bda@example.com', `${'x'.repeat(65)}@example.com`, `ada@${'x.'.repeat(130)}com`, 'Ada <ada@example.com>', 'ada@example.com, eve@example.com']
  for (const email of bad) assert.throws(() => checkEmail(email), refusedAt('email'), JSON.stringify(email))
})
