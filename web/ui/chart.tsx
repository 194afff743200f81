import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import classes from './chart.module.css'

export interface ChartLine { label: string; values: readonly (number | null)[] }

interface ChartProps {
  title: string
  /** Unix seconds, rising. */
  times: readonly number[]
  /** One value for each time; null where nothing was measured. */
  lines: readonly ChartLine[]
  /** A value as people read it. */
  show: (value: number) => string
  /** The top of the scale, where it is known; else the largest value is. */
  top?: number | undefined
}

const height = 120
/** What the values take beside the plot. */
const valuesPx = 64
/** A mark of time so near to the end of its axis would be cut off. */
const endPx = 26
const colors = { light: ['#2563eb', '#d97706', '#059669', '#be185d'], dark: ['#60a5fa', '#fbbf24', '#34d399', '#f472b6'] }

const clocks = { second: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }), minute: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }), day: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }) }

/** A mark of the axis, as finely as its marks lie apart, in seconds. */
const momentOf = (at: number, step: number) => clocks[step < 60 ? 'second' : step < 86_400 ? 'minute' : 'day'].format(at * 1_000)

/** Lines over time. Above them stand the values under the pointer, or the newest. */
export function Chart({ title, times, lines, show, top }: ChartProps) {
  const scheme = useComputedColorScheme('light')
  const { ref: box, width } = useElementSize()
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const [pointed, setPointed] = useState<number>()
  const shown = useRef(show)
  useEffect(() => { shown.current = show })
  const isEmpty = times.length < 2
  const names = lines.map(({ label }) => label).join('\n')

  const data = useRef<uPlot.AlignedData>([[]])
  useEffect(() => {
    data.current = [times as number[], ...lines.map(({ values }) => values as number[])]
    plot.current?.setData(data.current)
  }, [times, lines])

  // Made anew for another look; new values only redraw it.
  useEffect(() => {
    if (isEmpty || !place.current || width === 0) return
    const [text, grid] = scheme === 'dark' ? ['#8b949e', '#232a33'] : ['#6b7280', '#eceef1']
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' }
    const made = new uPlot({
      width, height, legend: { show: false }, padding: [8, 8, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _least, most) => [0, top ?? Math.max(most * 1.1, 1)] } },
      axes: [{ ...axis, size: 24, gap: 2, values: (plot, splits, _axis, _space, step) => splits.map((at) => (plot.valToPos(at, 'x') > plot.width - valuesPx - endPx ? '' : momentOf(at, step))) }, { ...axis, size: valuesPx, gap: 4, values: (_plot, splits) => splits.map((value) => shown.current(value)) }],
      series: [{}, ...names.split('\n').map((label, index) => ({ label, stroke: colors[scheme][index % 4]!, fill: index === 0 ? `${colors[scheme][0]}1f` : undefined, width: 1.5, points: { show: false }, spanGaps: false }))],
      hooks: { setCursor: [({ cursor: { idx } }) => { setPointed(idx ?? undefined) }] },
    }, data.current, place.current)
    plot.current = made
    return () => { plot.current = undefined; made.destroy() }
  }, [isEmpty, scheme, width, names, top])


  const at = pointed ?? times.length - 1
  return (
    <section className={classes.chart} aria-label={title}>
      <div className={classes.head}>
        <span className={classes.title}>{title}</span>
        <span className={classes.values}>
          {lines.map(({ label, values }, index) => <span key={label}><span className={classes.key} style={{ background: colors[scheme][index % 4] }} aria-hidden="true" />{lines.length > 1 && `${label} `}{values[at] == null ? '–' : show(values[at])}</span>)}
        </span>
      </div>
      <div ref={box} className={classes.plot}>{isEmpty ? <div className={classes.empty}>Nothing was measured in this time yet</div> : <div ref={place} role="img" aria-label={`${title} over time`} />}</div>
    </section>
  )
}
