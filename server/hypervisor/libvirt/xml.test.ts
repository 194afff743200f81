import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, element, find, readXml, textOf, writeXml } from './xml.ts'

const hostile = [
  `<x a="b">&'; drop table vm; --$(reboot)`, ']]>', '<![CDATA[x]]>', '<!-- -->', '&amp;lt;', '&#0;', '%s%n', ' blanks at the ends ', '日本 🐧 𝕏', 'two\nlines\tand\r\nreturns',
  '<!DOCTYPE x [<!ENTITY a "b">]>&a;', '__proto__', 'true', '007', '1e3', '', "''\"\"", '</title></domain>', '<?xml version="1.0"?>',
]

test('every text comes back as it went in, as text and as attribute', () => {
  for (const text of hostile) {
    const back = readXml(writeXml(element('domain', { name: text }, element('title', {}, text))))
    assert.equal(textOf(find(back, 'title')), text)
    assert.equal(back.attributes['name'], text)
    assert.deepEqual(Object.keys(back.attributes), ['name'])
    assert.equal(childrenOf(back, 'title').length, 1)
    assert.equal(back.children.length, 1)
  }
})

test('text cannot close its element, whatever reads it', () => {
  const written = writeXml(element('a', { b: `"/><evil c='` }, `]]></a><evil/>`))
  assert.equal(written, '<a b="&quot;/&gt;&lt;evil c=&apos;">]]&gt;&lt;/a&gt;&lt;evil/&gt;</a>')
})

test('characters that XML 1.0 cannot carry are refused as input', () => {
  for (const text of ['\u0000', 'a\u0007', '\u001B[31m', '\uFFFE', '\uFFFF', '\uD800', 'x\uDC00y']) {
    assert.throws(() => writeXml(element('a', {}, text)), { code: 'INVALID_INPUT' }, JSON.stringify(text))
    assert.throws(() => writeXml(element('a', { b: text })), { code: 'INVALID_INPUT' }, JSON.stringify(text))
  }
})

test('names are never taken from users', () => {
  for (const name of ['a b', '<a', 'a>', '', '1a', 'a:b:c', 'ä']) assert.throws(() => writeXml(element(name)), /not a name/)
})

test('what is left out is left out, empty elements stay', () => {
  assert.equal(writeXml(element('a', { x: undefined, y: 0 }, undefined, false, [element('b'), undefined], element('c', { d: '' }))), '<a y="0"><b/><c d=""/></a>')
})

test('a document type, an unknown entity, a broken, huge or deep document is refused', () => {
  const bombs = ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<!doctype a SYSTEM "file:///etc/passwd"><a/>', '<a>&b;</a>', '<a>&#x110000;</a>', '<a><b></a>', '<a', 'text', '', '<a/><b/>', '<a x=1/>', `<a>${'x'.repeat(5_000_000)}</a>`, '<a>'.repeat(100) + '</a>'.repeat(100)]
  for (const bomb of bombs) assert.throws(() => readXml(bomb), Error, bomb.slice(0, 60))
})

test('CDATA, comments, references and blanks are read as XML means them', () => {
  const root = readXml(`<?xml version='1.0'?>\n<a>\n  <b>1 &lt; 2 &#x1F427;&#65;<![CDATA[ &amp; <raw>]]></b>\n  <!-- <c/> -->\n  <k:d xmlns:k="u">x</k:d>\n  <e> </e>\n</a>\n`)
  assert.equal(textOf(find(root, 'b')), '1 < 2 🐧A &amp; <raw>')
  assert.equal(textOf(find(root, 'k:d')), 'x')
  assert.equal(textOf(find(root, 'e')), ' ')
  assert.equal(find(root, 'c'), undefined)
  assert.equal(root.children.length, 3)
})
