import { followHost, followVm } from '../server/app/stats-follow.ts'
import { findHostStats, findHostUsage, findPoolStats, findVmStats, findVmUsage } from '../server/app/stats-read.ts'
import { hostMetrics, poolMetrics, vmMetrics } from '../server/model/stats.ts'
import type { HostMetric, Point, PoolMetric, Resolution, Series, VmMetric } from '../server/model/stats.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { loaderOf } from './loader.ts'
import { VmType } from './vm.ts'

const ResolutionType = builder.enumType('StatsResolution', {
  description: 'How finely statistics are told. Coarser ones are means over time of what is known, and are kept longer.',
  values: {
    RAW: { value: 'raw' satisfies Resolution, description: 'Each sample, as a rule one in ten seconds. Of pools there are none: they are told by the minute.' },
    MINUTE: { value: 'minute' satisfies Resolution, description: 'A minute.' },
    QUARTER_HOUR: { value: 'quarter' satisfies Resolution, description: 'A quarter of an hour.' },
    HOUR: { value: 'hour' satisfies Resolution, description: 'An hour.' },
    DAY: { value: 'day' satisfies Resolution, description: 'A day of UTC.' },
  },
})

const flowWords = {
  diskReadsPerSecond: 'Requests to read from its disks, each second.',
  diskWritesPerSecond: 'Requests to write to its disks, each second.',
  diskReadBytesPerSecond: 'Bytes read from its disks, each second.',
  diskWriteBytesPerSecond: 'Bytes written to its disks, each second.',
  receivedBytesPerSecond: 'Bytes that came in by its network, each second.',
  sentBytesPerSecond: 'Bytes that it sent by its network, each second.',
  receivedPacketsPerSecond: 'Packets that came in by its network, each second.',
  sentPacketsPerSecond: 'Packets that it sent by its network, each second.',
}
const cpuWords = {
  busyCpus: 'Processors that it kept busy: 1.5 is one and a half.',
  peakCpus: 'The largest `busyCpus` of a sample within the point.',
}
const loadWords = 'Its load average: tasks that ran or waited, for a processor or for a disk, as their mean over the last'
const hostWords: Record<HostMetric, string> = {
  ...cpuWords, ...flowWords,
  ioWaitCpus: 'Processors that had nothing to do but wait for disks.',
  load1: `${loadWords} minute.`,
  load5: `${loadWords} 5 minutes.`,
  load15: `${loadWords} 15 minutes.`,
  memoryUsedBytes: 'Memory in use, without caches that could be given to VMs.',
  diskReadsPerSecond: 'Requests of its VMs to read from their disks, each second.',
  diskWritesPerSecond: 'Requests of its VMs to write to their disks, each second.',
  diskReadBytesPerSecond: 'Bytes that its VMs read from their disks, each second.',
  diskWriteBytesPerSecond: 'Bytes that its VMs wrote to their disks, each second.',
  receivedBytesPerSecond: 'Bytes that came in through the uplinks of its bridges, each second.',
  sentBytesPerSecond: 'Bytes that went out through the uplinks of its bridges, each second.',
  receivedPacketsPerSecond: 'Packets that came in through the uplinks of its bridges, each second.',
  sentPacketsPerSecond: 'Packets that went out through the uplinks of its bridges, each second.',
}
const vmWords: Record<VmMetric, string> = {
  ...cpuWords, ...flowWords,
  memoryUsedBytes: 'Memory that the guest uses, without its caches; null when the guest has no balloon driver that tells.',
  residentBytes: 'Memory that its machine takes of the host.',
}
const poolWords: Record<PoolMetric, string> = { capacityBytes: 'Its size.', availableBytes: 'What is free in it.' }

const timesText = 'The moments of the points, oldest first: of samples their end, of all else the beginning of what each is about. The lists beside it are as long.'
const nullText = ' Null where nobody could tell.'

/** A series: one list of numbers for each metric. */
function seriesType<Metric extends string>(name: string, description: string, words: Record<Metric, string>, metrics: readonly Metric[]) {
  return builder.objectRef<Series<Metric>>(name).implement({
    description,
    fields: (t) => ({
      resolution: t.expose('resolution', { type: ResolutionType, description: 'How finely it is told.' }),
      times: t.field({ type: ['DateTime'], description: timesText, resolve: ({ times }) => times }),
      ...Object.fromEntries(metrics.map((metric) => [metric, t.field({ type: ['Float'], nullable: { list: false, items: true }, description: `${words[metric]}${nullText}`, resolve: ({ columns }): (number | null)[] => columns[metric] })])),
    }),
  })
}

/** One sample. */
function sampleType<Metric extends string>(name: string, description: string, words: Record<Metric, string>, metrics: readonly Metric[]) {
  return builder.objectRef<Point<Metric>>(name).implement({
    description,
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'When it was taken.' }),
      seconds: t.exposeFloat('seconds', { description: 'The time before that, which it is about.' }),
      // The sample is read whole: what it holds costs nothing more.
      ...Object.fromEntries(metrics.map((metric) => [metric, t.float({ nullable: true, complexity: 0, description: `${words[metric]}${nullText}`, resolve: ({ values }) => values[metric] })])),
    }),
  })
}

const HostStatsType = seriesType('HostStats', 'What a host did over a time, for charts.', hostWords, hostMetrics)
const VmStatsType = seriesType('VMStats', 'What a VM did over a time, for charts: on whatever hosts it ran.', vmWords, vmMetrics)
const PoolStatsType = seriesType('PoolStats', 'How full a pool was over a time, for charts.', poolWords, poolMetrics)
const HostSampleType = sampleType('HostSample', 'What a host does at a moment.', hostWords, hostMetrics)
const VmSampleType = sampleType('VMSample', 'What a VM does at a moment.', vmWords, vmMetrics)

const spanText = {
  from: 'Where the series begins; an hour before `to` when left out.',
  to: 'Where it ends; now when left out.',
  resolution: 'How finely it is told. When left out, as finely as is kept of that time and has not more than 1,500 points.',
}

builder.queryField('hostStats', (t) => t.field({
  type: HostStatsType,
  description: 'What a host did over a time. For superusers.',
  args: { hostId: t.arg.id({ required: true, description: 'The host.' }), from: t.arg({ type: 'DateTime', description: spanText.from }), to: t.arg({ type: 'DateTime', description: spanText.to }), resolution: t.arg({ type: ResolutionType, description: spanText.resolution }) },
  resolve: (_root, { hostId, ...wish }, context) => findHostStats(context, decodeId('Host', hostId, 'hostId'), wish),
}))

builder.queryField('vmStats', (t) => t.field({
  type: VmStatsType,
  description: 'What a VM did over a time.',
  args: { vmId: t.arg.id({ required: true, description: 'The VM.' }), from: t.arg({ type: 'DateTime', description: spanText.from }), to: t.arg({ type: 'DateTime', description: spanText.to }), resolution: t.arg({ type: ResolutionType, description: spanText.resolution }) },
  resolve: (_root, { vmId, ...wish }, context) => findVmStats(context, decodeId('VM', vmId, 'vmId'), wish),
}))

builder.queryField('poolStats', (t) => t.field({
  type: PoolStatsType,
  description: 'How full a pool was over a time. For superusers.',
  args: { poolId: t.arg.id({ required: true, description: 'The pool.' }), from: t.arg({ type: 'DateTime', description: spanText.from }), to: t.arg({ type: 'DateTime', description: spanText.to }), resolution: t.arg({ type: ResolutionType, description: spanText.resolution }) },
  resolve: (_root, { poolId, ...wish }, context) => findPoolStats(context, decodeId('Pool', poolId, 'poolId'), wish),
}))

const liveText = 'The newest sample at once, if there is one of now, and then each newer one; of several that come between two deliveries the newest. What lies before is told by the query of the same name.'

builder.subscriptionField('hostStats', (t) => t.field({
  type: HostSampleType,
  description: `What a host does. ${liveText} For superusers.`,
  args: { hostId: t.arg.id({ required: true, description: 'The host.' }) },
  subscribe: (_root, { hostId }, context) => followHost(context, decodeId('Host', hostId, 'hostId')),
  resolve: (point) => point,
}))

builder.subscriptionField('vmStats', (t) => t.field({
  type: VmSampleType,
  description: `What a VM does. ${liveText} It ends with the VM.`,
  args: { vmId: t.arg.id({ required: true, description: 'The VM.' }) },
  subscribe: (_root, { vmId }, context) => followVm(context, decodeId('VM', vmId, 'vmId')),
  resolve: (point) => point,
}))

const hostUsageLoader = loaderOf(async (ids, context): Promise<(Point<HostMetric> | null)[]> => {
  const found = await findHostUsage(context, ids)
  return ids.map((id) => found.get(id) ?? null)
})

builder.objectField(HostType, 'usage', (t) => t.field({
  type: HostSampleType, nullable: true, complexity: 2,
  description: 'What it does now, by its newest sample; null when there is none of the last half minute or so.',
  resolve: ({ id }, _args, context) => hostUsageLoader(context).load(id),
}))

const vmUsageLoader = loaderOf(async (ids, context): Promise<(Point<VmMetric> | null)[]> => {
  const found = await findVmUsage(context, ids)
  return ids.map((id) => found.get(id) ?? null)
})

builder.objectField(VmType, 'usage', (t) => t.field({
  type: VmSampleType, nullable: true, complexity: 2,
  description: 'What it does now, by its newest sample; null when it does not run, and when there is none of the last half minute or so.',
  resolve: ({ id }, _args, context) => vmUsageLoader(context).load(id),
}))
