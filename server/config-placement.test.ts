import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placementModules } from './config-placement.ts'

const read = (text: string) => placementModules.safeParse(text)

test('modules are named with absolute paths, each once, and not as policies of Kloudak', () => {
  assert.deepEqual(read('').data, {})
  assert.deepEqual(read('ours=/etc/kloudak/ours.ts, by-rack=/srv/a=b.js').data, { ours: '/etc/kloudak/ours.ts', 'by-rack': '/srv/a=b.js' })
  for (const [text, why] of [['ours', /not name=/], ['=/a', /not name=/], ['Ours=/a', /a-z, 0-9/], ['pack=/a', /policy of Kloudak/], ['a=/a,a=/b', /twice/], ['a=b.ts', /no absolute path/]] as const) {
    assert.match(read(text).error!.issues[0]!.message, why)
  }
})
