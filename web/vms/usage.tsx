import { useState } from 'react'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { bytes, cpus, perSecond, rate } from '../lib/format.ts'
import { useSeries } from '../lib/use-series.ts'
import type { Span } from '../lib/use-series.ts'
import { Charts } from '../ui/charts.tsx'
import type { Plot } from '../ui/charts.tsx'
import { VmSample, VmSeries } from './operations.ts'

/** What the VM does, on whatever hosts it runs. */
export function VmUsage({ vm }: { vm: VmLiveFragment }) {
  const [span, setSpan] = useState<Span>('Hour')
  const { series, problem } = useSeries({ id: vm.id, past: VmSeries, present: VmSample }, span)
  const plots: Plot[] = [
    { title: 'Processors', lines: { busy: 'busyCpus' }, show: cpus, top: vm.vcpus },
    { title: 'Memory', lines: { 'used by the guest': 'memoryUsedBytes', 'taken of the host': 'residentBytes' }, show: bytes },
    { title: 'Disk', lines: { read: 'diskReadBytesPerSecond', written: 'diskWriteBytesPerSecond' }, show: rate },
    { title: 'Disk requests', lines: { reads: 'diskReadsPerSecond', writes: 'diskWritesPerSecond' }, show: perSecond },
    { title: 'Network', lines: { in: 'receivedBytesPerSecond', out: 'sentBytesPerSecond' }, show: rate },
  ]
  return <Charts plots={plots} series={series} problem={problem} span={span} onSpan={setSpan} />
}
