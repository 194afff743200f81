import { Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ImageKeptFragment, ImageShownFragment, InstanceTypeLiveFragment, TemplateLiveFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import type { Column } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { Copies, Source, whereabouts } from './image-copies.tsx'
import { OfferedTo } from './offered-to.tsx'

const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>

/** What it is called and what it is for. Where there is little room, `below` says what stands in columns elsewhere. */
const named = <Row extends { name: string; retiredAt: string | null }>(about: (row: Row) => string, below: (row: Row) => string): Column<Row> => ({
  title: 'Name', track: 'minmax(0, 1.5fr)', by: ({ name }) => name,
  cell: (row) => (
    <>
      <Tooltip label={about(row)} disabled={about(row) === ''}><span style={{ fontWeight: 550, opacity: row.retiredAt === null ? 1 : 0.6 }} tabIndex={about(row) === '' ? undefined : 0}>{row.name}</span></Tooltip>
      <Text size="xs" c="dimmed" truncate visibleFrom="sm">{about(row)}</Text>
      <Text size="xs" c="dimmed" truncate hiddenFrom="sm">{row.retiredAt === null ? below(row) : `Retired · ${below(row)}`}</Text>
    </>
  ),
})

interface Sized { vcpus: number; size: number; diskBytes: number }
const sizeWords = ({ vcpus, size, diskBytes }: Sized): string => `${count(vcpus, 'vCPU')} · ${bytes(size)} · ${bytes(diskBytes)}`
const sizes = <Row extends Sized>(): Column<Row> => ({ title: 'Size', track: 'minmax(190px, 0.9fr)', from: 768, by: ({ size }) => size, cell: sizeWords })

type Shared = TemplateLiveFragment | InstanceTypeLiveFragment | ImageShownFragment
const offered = <Row extends Shared>(): Column<Row> => ({ title: 'Offered to', track: 'minmax(0, 0.7fr)', from: 900, by: ({ isPublic }) => Number(isPublic), cell: (row) => <OfferedTo offer={row} /> })
// Each row is a grid of its own: a track as wide as its content would stand elsewhere in each.
const ending = <Row,>(actions: (row: Row) => ReactNode, track = '40px'): Column<Row> => ({ title: 'Actions', hiddenTitle: true, track, cell: (row) => <div className={tableClasses.above}>{actions(row)}</div> })

/** What ends each row. */
type Actions<Row> = (row: Row) => ReactNode

/** `forOperators`: with what is theirs to know. */
export const templateColumns = (forOperators: boolean, actions?: Actions<TemplateLiveFragment>): Column<TemplateLiveFragment>[] => [
  named<TemplateLiveFragment>(({ description }) => description, sizeWords),
  { title: 'System', track: 'minmax(0, 0.9fr)', from: 1080, by: ({ system }) => system, cell: ({ system }) => soft(system) },
  sizes(),
  ...(forOperators ? [{ title: 'Image', track: 'minmax(0, 0.9fr)', from: 1240, by: ({ image }: TemplateLiveFragment) => image?.name ?? '', cell: ({ image, imageVersion }: TemplateLiveFragment) => soft(image ? `${image.name}, v${imageVersion}` : '–') }, offered<TemplateLiveFragment>()] : []),
  ...(actions ? [ending(actions, forOperators ? '40px' : '104px')] : []),
]

/** `forOperators`: with what is theirs to know. */
export const instanceTypeColumns = (forOperators: boolean, actions?: Actions<InstanceTypeLiveFragment>): Column<InstanceTypeLiveFragment>[] => [
  named<InstanceTypeLiveFragment>(({ description }) => description, sizeWords),
  sizes(),
  ...(forOperators ? [
    { title: 'Hosts', track: 'minmax(0, 0.9fr)', from: 1180, cell: ({ requiredLabels, avoidedLabels }: InstanceTypeLiveFragment) => soft([...(requiredLabels ?? []), ...(avoidedLabels ?? []).map((label) => `not ${label}`)].join(', ') || 'any') },
    offered<InstanceTypeLiveFragment>(),
  ] : []),
  ...(actions ? [ending(actions)] : []),
]

const newest = ({ versions: [version] }: ImageShownFragment): string => (version ? bytes(version.virtualSizeBytes) : 'no version yet')
const contents = <Row extends ImageShownFragment>(below: (row: Row) => string): Column<Row>[] => [
  named<Row>(({ system }) => system, below),
  { title: 'Disk', track: 'minmax(96px, 0.45fr)', from: 768, by: ({ versions }) => versions[0]?.virtualSizeBytes ?? 0, cell: newest },
  { title: 'Version', track: 'minmax(70px, 0.3fr)', from: 960, by: ({ versions }) => versions[0]?.number ?? 0, cell: ({ versions }) => soft(versions[0]?.number ?? '–') },
]

/** As members see it. */
export const imageColumns = (): Column<ImageShownFragment>[] => contents(newest)

/** With what operators know beside: where it lies, and from where it came. */
export const keptImageColumns = (actions: Actions<ImageKeptFragment>): Column<ImageKeptFragment>[] => [
  ...contents<ImageKeptFragment>((image) => [newest(image), ...image.versions.slice(0, 1).map(whereabouts)].join(' · ')),
  { title: 'Pools', track: 'minmax(130px, 1fr)', from: 768, cell: ({ versions: [version] }) => <Copies version={version} /> },
  { title: 'Imported from', track: 'minmax(0, 1fr)', from: 1180, cell: ({ versions: [version] }) => <Source url={version?.sourceUrl} /> },
  offered<ImageKeptFragment>(),
  ending(actions),
]
