import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import type { TypedDocumentNode } from 'urql'
import { problemOf } from './problem.ts'
import type { Problem } from './problem.ts'

/** What can be looked back on, in seconds. */
export const spans = { 'Hour': 3_600, '6 hours': 21_600, 'Day': 86_400, 'Week': 604_800, 'Month': 2_592_000 } as const
export type Span = keyof typeof spans

type Lists = Record<string, readonly unknown[]> & { times: readonly string[] }
type Sample = { at: string } & Record<string, unknown>
/** Unix seconds, and beside them a list for each metric. */
export interface Series { times: number[]; columns: Record<string, (number | null)[]> }

interface Source<SeriesData, SampleData> {
  id: string
  /** Asks for the past; its one field is lists beside `times`. */
  past: TypedDocumentNode<SeriesData, { id: string; from: string }>
  /** Follows the present; its one field is a sample with `at`. */
  present: TypedDocumentNode<SampleData, { id: string }>
}

const onlyField = (data: object): unknown => Object.entries(data).find(([name]) => name !== '__typename')![1]

function seriesOf({ times, ...lists }: Lists): Series {
  const columns = Object.fromEntries(Object.entries(lists).filter(([, list]) => Array.isArray(list))) as Series['columns']
  return { times: times.map((at) => Date.parse(at) / 1_000), columns }
}

/** With the sample at its end, and without what lies before the span. */
function withSample({ times, columns }: Series, sample: Sample, spanSeconds: number): Series {
  const at = Date.parse(sample.at) / 1_000
  if (at <= (times.at(-1) ?? 0)) return { times, columns }
  const from = Math.max(0, times.findIndex((time) => time > at - spanSeconds))
  return { times: [...times.slice(from), at], columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values.slice(from), (sample[name] as number | null | undefined) ?? null]])) }
}

/** The longer the span, the coarser its points: those of hours and more are asked for again, not followed. */
const rereadMs = 60_000

/** What something did over the span, kept up to now. Undefined until the first answer. */
export function useSeries<SeriesData extends object, SampleData extends object>({ id, past, present }: Source<SeriesData, SampleData>, span: Span): { series: Series | undefined; problem: Problem | undefined } {
  const client = useClient()
  const [known, setKnown] = useState<{ of: string; series?: Series; problem?: Problem }>({ of: '' })
  const of = `${id} ${span}`

  useEffect(() => {
    let isOver = false
    const read = () => {
      const from = new Date(Date.now() - spans[span] * 1_000).toISOString()
      void client.query(past, { id, from }, { requestPolicy: 'network-only' }).toPromise().then(({ data, error }) => {
        if (isOver) return
        if (data) setKnown({ of, series: seriesOf(onlyField(data) as Lists) })
        else if (error) setKnown((before) => ({ ...(before.of === of ? before : {}), of, problem: problemOf(error) }))
      })
    }
    read()
    const timer = setInterval(read, rereadMs)
    const following = span !== 'Hour' ? undefined : client.subscription(present, { id }).subscribe(({ data }) => {
      if (data) setKnown((before) => (before.of === of && before.series ? { of, series: withSample(before.series, onlyField(data) as Sample, spans[span]) } : before))
    })
    return () => { isOver = true; clearInterval(timer); following?.unsubscribe() }
  }, [client, id, past, present, span, of])

  return known.of === of ? { series: known.series, problem: known.problem } : { series: undefined, problem: undefined }
}
