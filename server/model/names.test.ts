import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDescription, checkHostname, checkName, hostnameFrom } from './names.ts'

test('a name keeps what people write and refuses what cannot be seen', () => {
  for (const name of ['web-1', 'Ünïcode ✓', `<x a="b">&'; drop table vm; --$(reboot)`, '日本', '❤\ufe0f']) assert.equal(checkName(name), name.normalize('NFC'))
  for (const bad of ['', ' a', 'a ', 'a\nb', 'a\u0000b', 'a\u202Eb', 'a\u200Bb', 'a\u034Fb', 'a\u3164b', 'a\u2800b', 'a\u{E0100}b', 'x'.repeat(64), '\uD800']) assert.throws(() => checkName(bad), { code: 'INVALID_INPUT' })
})

test('names that look the same are the same', () => {
  assert.equal(checkName('e\u0301'), checkName('\u00e9'))
})

test('a description may have lines, a hostname is a DNS label', () => {
  assert.equal(checkDescription('two\nlines'), 'two\nlines')
  assert.throws(() => checkDescription('bell\u0007'), { code: 'INVALID_INPUT' })
  assert.throws(() => checkHostname('-a'), { code: 'INVALID_INPUT' })
  assert.equal(hostnameFrom('Ünï Server_01!'), 'u-ni-server-01')
  assert.equal(hostnameFrom('日本'), 'vm')
})
