import { useState } from 'react'
import type { HostLiveFragment } from '../gql/graphql.ts'
import { bytes, cpus, perSecond, rate } from '../lib/format.ts'
import { useSeries } from '../lib/use-series.ts'
import type { Span } from '../lib/use-series.ts'
import { Charts } from '../ui/charts.tsx'
import type { Plot } from '../ui/charts.tsx'
import { HostSample, HostSeries } from './operations.ts'

/** What the host does. */
export function HostUsage({ host }: { host: HostLiveFragment }) {
  const [span, setSpan] = useState<Span>('Hour')
  const { series, problem } = useSeries({ id: host.id, past: HostSeries, present: HostSample }, span)
  const plots: Plot[] = [
    { title: 'Processors', lines: { 'busy': 'busyCpus', 'waiting': 'ioWaitCpus' }, show: cpus, top: host.cpus ?? undefined },
    { title: 'Load', lines: { '1 min': 'load1', '5 min': 'load5', '15 min': 'load15' }, show: (value) => value.toFixed(2) },
    { title: 'Memory', lines: { used: 'memoryUsedBytes' }, show: bytes, top: host.memoryBytes ?? undefined },
    { title: 'Disks of its VMs', lines: { read: 'diskReadBytesPerSecond', written: 'diskWriteBytesPerSecond' }, show: rate },
    { title: 'Disk requests of its VMs', lines: { reads: 'diskReadsPerSecond', writes: 'diskWritesPerSecond' }, show: perSecond },
    { title: 'Network', lines: { in: 'receivedBytesPerSecond', out: 'sentBytesPerSecond' }, show: rate },
  ]
  return <Charts plots={plots} series={series} problem={problem} span={span} onSpan={setSpan} />
}
