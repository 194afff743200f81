import { Badge, Text, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AuditShownFragment } from '../gql/graphql.ts'
import { methodTitle } from '../lib/methods.ts'
import type { Column } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { Ago } from '../ui/time.tsx'
import { Outcome } from './outcome.tsx'

type Entry = AuditShownFragment
const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>
const small = (text: ReactNode) => <Text size="xs" c="dimmed" truncate>{text}</Text>
export const doer = ({ username }: Entry): string => username ?? 'Nobody signed in'
const objectOf = ({ objectName, objectType }: Entry) => objectName ?? (objectType ? `A ${objectType}` : '')

const What = ({ entry, onOpen }: { entry: Entry; onOpen: (entry: Entry) => void }) => (
  <>
    <UnstyledButton className={tableClasses.open} fz="inherit" onClick={() => { onOpen(entry) }}>{methodTitle(entry.method)}</UnstyledButton>
    {entry.dryRun && <Badge size="xs" variant="light" color="gray" ml={8}>Plan only</Badge>}
  </>
)

/** Wide, a column for each question; narrow, all of it on two lines with the outcome beside them. */
export const columnsOf = (onOpen: (entry: Entry) => void, ofAll: boolean): Column<Entry>[] => [
  { title: 'When', track: 'minmax(100px, 0.6fr)', from: 900, cell: ({ at }) => soft(<Ago at={at} />) },
  { title: 'Who', track: 'minmax(0, 0.7fr)', from: 900, cell: (entry) => (entry.username ? entry.username : soft(doer(entry))) },
  { title: 'From', track: 'minmax(0, 0.6fr)', from: 1280, cell: ({ clientAddress }) => soft(clientAddress) },
  { title: 'What', track: 'minmax(0, 1fr)', from: 900, cell: (entry) => <What entry={entry} onOpen={onOpen} /> },
  { title: 'On', track: 'minmax(0, 0.9fr)', from: 900, cell: objectOf },
  ...(ofAll ? [{ title: 'Workspace', track: 'minmax(0, 0.8fr)', from: 1120, cell: ({ workspace }: Entry) => soft(workspace?.name ?? '–') }] : []),
  {
    title: 'What was done', track: 'minmax(0, 1fr)', below: 900,
    cell: (entry) => (
      <>
        <Text size="sm" truncate component="div"><What entry={entry} onOpen={onOpen} />{entry.objectName && <> {entry.objectName}</>}</Text>
        {small(<>{doer(entry)} · <Ago at={entry.at} /> · {entry.clientAddress}</>)}
      </>
    ),
  },
  { title: 'Outcome', track: 'minmax(0, 1.9fr)', from: 900, cell: (entry) => <div className={tableClasses.clipped}><Outcome entry={entry} />{small(entry.message)}</div> },
  { title: 'Outcome', track: 'minmax(0, max-content)', below: 900, cell: (entry) => <Outcome entry={entry} /> },
]
