// What is kept of hosts, VMs and pools over time, and how finely. Storage, API and charts name things as they stand here.

const flows = [
  'diskReadsPerSecond', 'diskWritesPerSecond', 'diskReadBytesPerSecond', 'diskWriteBytesPerSecond',
  'receivedBytesPerSecond', 'sentBytesPerSecond', 'receivedPacketsPerSecond', 'sentPacketsPerSecond',
] as const

/**
 * Processors are counted, not shares: 1.5 busy ones are one and a half. `peakCpus` is the largest value of a sample. The
 * loads are means already, over 1, 5 and 15 minutes before the sample.
 */
export const hostMetrics = ['busyCpus', 'peakCpus', 'ioWaitCpus', 'load1', 'load5', 'load15', 'memoryUsedBytes', ...flows] as const
/** `memoryUsedBytes` as the guest says, if it does; `residentBytes` is what it takes of the host. */
export const vmMetrics = ['busyCpus', 'peakCpus', 'memoryUsedBytes', 'residentBytes', ...flows] as const
export const poolMetrics = ['capacityBytes', 'availableBytes'] as const

export type HostMetric = (typeof hostMetrics)[number]
export type VmMetric = (typeof vmMetrics)[number]
export type PoolMetric = (typeof poolMetrics)[number]

/** What is the largest of its parts when they are summed up; all else is their mean over time. */
export const isPeak = (metric: string): boolean => metric === 'peakCpus'

/** Null for what nobody could tell. */
export type Values<Metric extends string> = Record<Metric, number | null>

/** A point: rates and means over the `seconds` before it, or for a rollup over those of its bucket that are known. */
export interface Point<Metric extends string> { at: Date; seconds: number; values: Values<Metric> }

/** One column of numbers for each metric, as long as `times`. */
export interface Series<Metric extends string> { resolution: Resolution; times: Date[]; columns: Record<Metric, (number | null)[]> }

export const resolutions = ['raw', 'minute', 'quarter', 'hour', 'day'] as const
export type Resolution = (typeof resolutions)[number]
/** Each is rolled up from the one before it. */
export const rollups = ['minute', 'quarter', 'hour', 'day'] as const
export type Rollup = (typeof rollups)[number]
export const sourceOf: Readonly<Record<Rollup, Resolution>> = { minute: 'raw', quarter: 'minute', hour: 'quarter', day: 'hour' }

export const stepMsOf: Readonly<Record<Rollup, number>> = { minute: 60_000, quarter: 900_000, hour: 3_600_000, day: 86_400_000 }
export const defaultSampleMs = 10_000

/** How long each resolution is kept. */
export type Keep = Readonly<Record<Resolution, number>>
const [hour, day] = [3_600_000, 86_400_000]
export const defaultKeep: Keep = { raw: 2 * hour, minute: 2 * day, quarter: 30 * day, hour: 400 * day, day: 400 * day }

/** How this Kloudak samples: the same for its workers and servers. */
export interface StatsSettings { everyMs: number; keep: Keep }
export const defaultStatsSettings: StatsSettings = { everyMs: defaultSampleMs, keep: defaultKeep }

/** A newest sample that is older says nothing of now any more. */
export const freshForMs = ({ everyMs }: StatsSettings): number => Math.max(30_000, 3 * everyMs)

/** Points that one series has at most: more than a chart has pixels. */
export const mostPoints = 1_500

export interface Span { from: Date; to: Date }

/** The finest resolution that still holds the beginning of the span, and has not too many points of it; else the coarsest. */
export function resolutionFor({ from, to }: Span, now: Date, { everyMs, keep }: StatsSettings): Resolution {
  const spanMs = to.getTime() - from.getTime()
  const ageMs = now.getTime() - from.getTime()
  return resolutions.find((resolution) => ageMs <= keep[resolution] && spanMs / stepOf(resolution, everyMs) <= mostPoints) ?? 'day'
}

export const stepOf = (resolution: Resolution, sampleMs: number): number => (resolution === 'raw' ? sampleMs : stepMsOf[resolution])

/** Points of one moment, of a VM that moved between two hosts, as one: weighed by the time that each is about. */
export function mergePoints<Metric extends string>(points: readonly Point<Metric>[], metrics: readonly Metric[]): Point<Metric>[] {
  const merged: Point<Metric>[] = []
  for (const point of points) {
    const last = merged.at(-1)
    if (last?.at.getTime() === point.at.getTime()) merged[merged.length - 1] = weigh(last, point, metrics)
    else merged.push(point)
  }
  return merged
}

function weigh<Metric extends string>(a: Point<Metric>, b: Point<Metric>, metrics: readonly Metric[]): Point<Metric> {
  const seconds = a.seconds + b.seconds
  const values = Object.fromEntries(metrics.map((metric) => {
    const [left, right] = [a.values[metric], b.values[metric]]
    if (left === null || right === null) return [metric, left ?? right]
    return [metric, isPeak(metric) ? Math.max(left, right) : (left * a.seconds + right * b.seconds) / seconds]
  })) as Values<Metric>
  return { at: a.at, seconds, values }
}

export function seriesOf<Metric extends string>(resolution: Resolution, points: readonly Point<Metric>[], metrics: readonly Metric[]): Series<Metric> {
  const columns = Object.fromEntries(metrics.map((metric) => [metric, points.map(({ values }) => values[metric])])) as Record<Metric, (number | null)[]>
  return { resolution, times: points.map(({ at }) => at), columns }
}
