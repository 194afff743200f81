import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf, fileSystemsOf, loadOf } from './figures.ts'

const row = (config: Record<string, string>, statistics: Record<string, string>) => [{ row: { other_config: new Map(Object.entries(config)), statistics: new Map(Object.entries(statistics)) } }]
const KiB = 1_024

test('what Open vSwitch 3.1 tells is understood, and what it tells beside it does not matter', () => {
  const told = { cpu: '2', file_systems: '/,264212084,33084648', load_average: '0.88,0.81,1.70', memory: '24684084,1649720,668568,0,0', 'process_ovs-vswitchd': '20000,10000,50,0,1000,1000' }
  assert.deepEqual(figuresOf(row({ 'enable-statistics': 'true', other: 'x' }, told)), {
    load: { load1: 0.88, load5: 0.81, load15: 1.7 },
    fileSystems: [{ mountPoint: '/', sizeBytes: 264_212_084 * KiB, usedBytes: 33_084_648 * KiB }],
  })
})

test('a switch that nobody has asked is told from one that was asked not to tell, or has not told yet', () => {
  assert.equal(figuresOf(row({}, {})), 'undecided')
  assert.equal(figuresOf([]), 'undecided')
  for (const value of ['true', 'false', '']) assert.deepEqual(figuresOf(row({ 'enable-statistics': value }, {})), { load: null, fileSystems: null }, value)
})

test('a load that is not three plain numbers is none', () => {
  assert.deepEqual(loadOf('0.00,12.5,1234'), { load1: 0, load5: 12.5, load15: 1234 })
  for (const text of ['', '0.1', '0.1,0.2', '0.1,0.2,0.3,0.4', '-1.00,0,0', 'nan,nan,nan', 'inf,0,0', '1e9,0,0', '0,1,0,2', '99999999,0,0', ' 0.1,0.2,0.3', '0.1,0.2,0.3\n', '0x1,0,0', `${'9'.repeat(400)},0,0`]) assert.equal(loadOf(text), null, text)
  assert.equal(loadOf(undefined), null)
})

test('file systems are read with whatever names they have', () => {
  const names = (text: string) => fileSystemsOf(text)?.map(({ mountPoint }) => mountPoint)
  assert.deepEqual(names('/,100,10 /srv/my_disk,100,10 /mnt/größe-☃,100,10 /__proto__,100,10 /a\\040b,100,10'), ['/', '/srv/my_disk', '/mnt/größe-☃', '/__proto__', '/a\\040b'])
  assert.deepEqual(names('/tab\there,100,10 /line\nbreak,100,10 /nul\u0000,100,10 /half\ud800,100,10'), ['/tab_here', '/line_break', '/nul_', '/half\ufffd'], 'what a database or a page could stumble over')
})

test('one mount point is told once, by its fuller file system', () => {
  assert.deepEqual(fileSystemsOf('/a_b,100,10 /,100,50 /a_b,100,90 /,200,60'), [{ mountPoint: '/a_b', sizeBytes: 100 * KiB, usedBytes: 90 * KiB }, { mountPoint: '/', sizeBytes: 100 * KiB, usedBytes: 50 * KiB }])
})

test('what makes no sense is left out, and costs the rest nothing', () => {
  assert.deepEqual(fileSystemsOf('  /,100,100 relative,100,10 /x,100 /x,100,10,1 ,100,10 /x,,10 /x,-100,10 /x,1e5,10 /x,0,0 /x,100,101 /x,9999999999999,0 /last,1,0 '), [{ mountPoint: '/', sizeBytes: 100 * KiB, usedBytes: 100 * KiB }, { mountPoint: '/last', sizeBytes: KiB, usedBytes: 0 }])
  for (const text of ['', ' ', 'nothing', '/', '/,,', `/${'x'.repeat(2_000)},100,10`]) assert.equal(fileSystemsOf(text), null)
  assert.equal(fileSystemsOf(undefined), null)
})

test('a host that tells far too much is told in part, or not at all', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => `/m${n},100,10`).join(' ')
  assert.equal(fileSystemsOf(many)?.length, 64)
  assert.equal(fileSystemsOf(many.repeat(10)), null)
})
