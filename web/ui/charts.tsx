import { SegmentedControl, Skeleton } from '@mantine/core'
import type { Problem } from '../lib/problem.ts'
import { spans } from '../lib/use-series.ts'
import type { Series, Span } from '../lib/use-series.ts'
import { Card } from './card.tsx'
import { Chart } from './chart.tsx'
import classes from './chart.module.css'
import { ProblemNote } from './problem-note.tsx'

export interface Plot {
  title: string
  /** Label -> the metric that it shows. */
  lines: Record<string, string>
  show: (value: number) => string
  /** The top of the scale, where it is known. */
  top?: number | undefined
}

interface ChartsProps { plots: readonly Plot[]; series: Series | undefined; problem: Problem | undefined; span: Span; onSpan: (span: Span) => void }

/** Several charts over one span of time. */
export function Charts({ plots, series, problem, span, onSpan }: ChartsProps) {
  return (
    <Card title="Usage" aside={<SegmentedControl size="xs" aria-label="Span of time" data={Object.keys(spans)} value={span} onChange={(value) => { onSpan(value as Span) }} />} flush>
      <ProblemNote problem={problem} />
      <div className={classes.charts}>
        {plots.map(({ title, lines, show, top }) => (series
          ? <Chart key={title} title={title} times={series.times} lines={Object.entries(lines).map(([label, metric]) => ({ label, values: series.columns[metric] ?? [] }))} show={show} top={top} />
          : <div key={title} className={classes.chart}><span /><Skeleton h={146} /></div>))}
      </div>
    </Card>
  )
}
