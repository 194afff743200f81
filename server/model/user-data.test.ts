import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkUserData, userDataMaxBytes } from './user-data.ts'

test('user data is of a kind that cloud-init knows, and text of a bounded size', () => {
  for (const good of ['#cloud-config\n{}', '#!/bin/sh\ntrue', 'Content-Type: multipart/mixed; boundary="x"\n', '#include\nhttp://x', '## template: jinja\n#cloud-config']) assert.equal(checkUserData(good), good)
  for (const bad of ['', 'hello', ' #cloud-config', '#cloud-config\n\u0000', '#cloud-config\n\uD800', `#!${'é'.repeat(userDataMaxBytes / 2)}`]) assert.throws(() => checkUserData(bad), { code: 'INVALID_INPUT', field: 'userData' })
})
