import { Anchor, Text, Tooltip } from '@mantine/core'
import type { ImageCopyState, ImageKeptFragment } from '../gql/graphql.ts'
import { count } from '../lib/format.ts'
import { Dot } from '../ui/status.tsx'
import classes from './image-copies.module.css'

type Version = ImageKeptFragment['versions'][number]
type Copy = NonNullable<Version['copies']>[number]

const looks = { READY: { tone: 'green', text: '' }, UPLOADING: { tone: 'blue', text: 'copying' }, FAILED: { tone: 'red', text: 'failed' } } as const satisfies Record<ImageCopyState, object>
const order: readonly ImageCopyState[] = ['FAILED', 'UPLOADING', 'READY']
const saying = ({ state, pool }: Copy): string => [pool.name, looks[state].text].filter(Boolean).join(', ')

/** What needs an eye stands first. */
const inOrder = (version: Version): Copy[] => (version.copies ?? []).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.pool.name.localeCompare(b.pool.name))

/** Where a version lies, in a few words: for where there is little room. */
export function whereabouts(version: Version): string {
  const [first, ...others] = inOrder(version)
  if (!first) return 'in no pool'
  return first.state === 'READY' ? `in ${others.length === 0 ? first.pool.name : count(others.length + 1, 'pool')}` : saying(first)
}

/** The pools that have a version or are given it: two lines, and the rest when one asks. */
export function Copies({ version }: { version: Version | undefined }) {
  const copies = version ? inOrder(version) : []
  if (copies.length === 0) return <Text span inherit c="dimmed">–</Text>
  const shown = copies.slice(0, copies.length > 2 ? 1 : 2)
  return (
    <Tooltip label={copies.map(saying).join(' · ')} multiline maw={320}>
      <div className={classes.copies} tabIndex={shown.length === copies.length ? undefined : 0}>
        {shown.map((copy) => <div key={copy.pool.id} className={classes.copy}><Dot tone={looks[copy.state].tone} moving={copy.state === 'UPLOADING'} /><span><span className={classes.name}>{copy.pool.name}</span>{looks[copy.state].text && <Text span inherit c="dimmed">{looks[copy.state].text}</Text>}</span></div>)}
        {shown.length < copies.length && <Text size="xs" c="dimmed" pl={19}>and {count(copies.length - shown.length, 'other')}</Text>}
      </div>
    </Tooltip>
  )
}

/** The file and its server, which leads there without telling it from where. */
export function Source({ url }: { url: string | null | undefined }) {
  if (!url) return <Text span inherit c="dimmed">–</Text>
  const { host, pathname } = new URL(url)
  return (
    <Tooltip label={url} multiline maw={420} styles={{ tooltip: { overflowWrap: 'anywhere' } }}>
      <div>
        <Anchor inherit href={url} target="_blank" rel="noreferrer" className={classes.name} display="block">{pathname.split('/').findLast(Boolean) ?? host}</Anchor>
        <Text size="xs" c="dimmed" truncate>{host}</Text>
      </div>
    </Tooltip>
  )
}
