import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useElementSize, useViewportSize } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import classes from './table.module.css'

export interface Column<Row> {
  title: string
  /** A track of the grid, for example `minmax(120px, 1fr)`. */
  track: string
  /** Shown from this width of the window on, in pixels. */
  from?: number
  /** Shown only below this width. */
  below?: number
  hiddenTitle?: boolean
  /** Makes the column sortable: what its rows are compared by. */
  by?: (row: Row) => string | number
  cell: (row: Row) => ReactNode
}

export interface Sorting { column: string; down: boolean }
interface TableProps<Row> { label: string; rows: readonly Row[]; idOf: (row: Row) => string; columns: readonly Column<Row>[]; rowHeight?: number; sorting?: Sorting; onSort?: (sorting: Sorting) => void }

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The rows in the order of the sorted column: names as people count them, `web-2` before `web-10`. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { column, down }: Sorting): Row[] {
  const by = columns.find(({ title }) => title === column)?.by
  if (!by) return [...rows]
  const sign = down ? -1 : 1
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)]
    return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : collator.compare(String(left), String(right)))
  })
}

/** A table of any length: only the rows in sight are in the document. */
export function Table<Row>({ label, rows, idOf, columns, rowHeight = 50, sorting, onSort }: TableProps<Row>) {
  const { width } = useViewportSize()
  const { ref: sizeRef, height: headHeight } = useElementSize()
  const body = useRef<HTMLDivElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => { setScrollMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY) }, [headHeight, width, rows.length])
  // oxlint-disable-next-line react/incompatible-library -- its functions change on purpose, and nothing here is memoized by them
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => rowHeight, overscan: 12, scrollMargin, getItemKey: (index) => idOf(rows[index]!) })

  const shown = columns.filter(({ from = 0, below = Infinity }) => width >= from && width < below)
  const tracks = { '--tracks': shown.map(({ track }) => track).join(' ') } as React.CSSProperties
  return (
    <div className={classes.table} role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div className={classes.head} style={tracks} role="row" aria-rowindex={1} ref={sizeRef}>
        {shown.map(({ title, hiddenTitle, by }) => (
          <div key={title} role="columnheader" className={classes.cell} aria-sort={sorting?.column === title ? (sorting.down ? 'descending' : 'ascending') : undefined}>
            {hiddenTitle ? <VisuallyHidden>{title}</VisuallyHidden> : by && onSort ? (
              <UnstyledButton className={classes.sort} onClick={() => { onSort({ column: title, down: sorting?.column === title ? !sorting.down : false }) }}>
                {title}<span aria-hidden="true">{sorting?.column === title ? (sorting.down ? '↓' : '↑') : ''}</span>
              </UnstyledButton>
            ) : title}
          </div>
        ))}
      </div>
      <div className={classes.body} role="rowgroup" ref={body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <div key={String(key)} className={classes.row} role="row" aria-rowindex={index + 2} style={{ ...tracks, height: rowHeight, transform: `translateY(${start - scrollMargin}px)` }}>
            {shown.map(({ title, cell }) => <div key={title} role="cell" className={classes.cell}>{cell(rows[index]!)}</div>)}
          </div>
        ))}
      </div>
    </div>
  )
}
