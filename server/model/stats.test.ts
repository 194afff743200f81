import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultStatsSettings, mergePoints, mostPoints, resolutionFor, seriesOf, stepOf } from './stats.ts'
import type { Point } from './stats.ts'

const now = new Date('2026-01-31T12:00:00Z')
const hours = (count: number) => count * 3_600_000
const before = (ms: number) => new Date(now.getTime() - ms)

test('the finest resolution is taken that holds the whole span in a bounded number of points', () => {
  const of = (fromMs: number, toMs = 0) => resolutionFor({ from: before(fromMs), to: before(toMs) }, now, defaultStatsSettings)
  assert.deepEqual([of(hours(1)), of(hours(2)), of(hours(24)), of(hours(24 * 7)), of(hours(24 * 30)), of(hours(24 * 365)), of(hours(24 * 5_000))], ['raw', 'raw', 'minute', 'quarter', 'hour', 'day', 'day'])
  assert.equal(of(hours(3), hours(2)), 'minute', 'samples of then are gone')
  assert.equal(of(hours(60), hours(59)), 'quarter', 'minutes of then are gone')
  for (const days of [0.01, 0.1, 0.5, 1, 1.04, 1.1, 3, 15, 16, 40, 62, 63, 300, 399]) {
    const resolution = of(hours(days * 24))
    assert.ok(hours(days * 24) / stepOf(resolution, 10_000) <= mostPoints, `${days} days by ${resolution}`)
  }
  assert.equal(resolutionFor({ from: before(hours(1)), to: now }, now, { ...defaultStatsSettings, everyMs: 1_000 }), 'minute', 'samples each second are too many')
})

test('points of one moment are one, weighed by their time; the largest stays the largest', () => {
  const point = (at: number, seconds: number, busyCpus: number | null, peakCpus: number): Point<'busyCpus' | 'peakCpus'> => ({ at: new Date(at), seconds, values: { busyCpus, peakCpus } })
  const merged = mergePoints([point(1, 60, 1, 2), point(2, 20, 4, 5), point(2, 40, 1, 9), point(3, 10, null, 1), point(3, 50, 7, 1)], ['busyCpus', 'peakCpus'])
  assert.deepEqual(merged, [point(1, 60, 1, 2), point(2, 60, 2, 9), point(3, 60, 7, 1)])
  assert.deepEqual(seriesOf('minute', merged, ['busyCpus', 'peakCpus']), { resolution: 'minute', times: [new Date(1), new Date(2), new Date(3)], columns: { busyCpus: [1, 2, 7], peakCpus: [2, 9, 1] } })
})
