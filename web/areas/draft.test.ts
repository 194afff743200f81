import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaInput, areaRules, newArea, vlansOf, vlanText } from './draft.ts'

test('VLANs are read as people write them, and written so that they are read the same', () => {
  for (const [text, ranges] of [['2-4094', [{ first: 2, last: 4094 }]], [' 100 , 200 - 299;7', [{ first: 100, last: 100 }, { first: 200, last: 299 }, { first: 7, last: 7 }]], ['', []]] as const) {
    assert.deepEqual(vlansOf(text), ranges)
    assert.deepEqual(vlansOf(vlanText(ranges)), ranges)
  }
})

test('what is no VLAN is refused with the part that is at fault', () => {
  assert.equal(areaRules.vlanRanges('2-99, all'), 'all is no VLAN id and no range of them. For example 2-99, 200.')
  assert.equal(areaRules.vlanRanges('-5'), '-5 is no VLAN id and no range of them. For example 2-99, 200.')
  for (const text of ['', '99-2', '0', '4095']) assert.match(areaRules.vlanRanges(text)!, /VLAN ranges lie between 1 and 4094/)
  assert.equal(areaRules.reservedVlans(''), null)
})

test('an emptied number is refused, and a new area as it stands passes once it has a name', () => {
  for (const value of ['', 0, 0.5, 101]) assert.match(areaRules.memoryOvercommit(value)!, /lies between 1 and 100/)
  const draft = { ...newArea, name: ' east ' }
  for (const [field, rule] of Object.entries(areaRules)) assert.equal((rule as (value: unknown) => string | null)(draft[field as keyof typeof draft]), null, field)
  assert.deepEqual(areaInput(draft), { name: 'east', placementPolicy: 'spread', vcpuOvercommit: 4, memoryOvercommit: 1, dns: [], vlanRanges: [{ first: 2, last: 4094 }], reservedVlans: [] })
})
