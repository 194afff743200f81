import { Button, Center } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { auditPermission } from '../../server/model/permissions.ts'
import type { AuditOutcome, AuditShownFragment } from '../gql/graphql.ts'
import { methods } from '../lib/methods.ts'
import { usePages } from '../lib/use-pages.ts'
import { usePeople } from '../lib/use-people.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { Empty } from '../ui/empty.tsx'
import { Filter, Filters, MethodFilter, PersonFilter } from '../ui/filters.tsx'
import type { Person } from '../ui/filters.tsx'
import { AuditIcon, RebootIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Table } from '../ui/table.tsx'
import { columnsOf } from './columns.tsx'
import { EntryDialog } from './entry.tsx'
import { AuditEntries, AuditUsers } from './operations.ts'

type Entry = AuditShownFragment
interface Choices { person?: Person; method: string | null; outcome: AuditOutcome | null }

const outcomes: { value: AuditOutcome; label: string }[] = [{ value: 'ALLOWED', label: 'Allowed' }, { value: 'REFUSED', label: 'Refused' }]

/** The entries that were chosen. Nothing streams them: they are read when one comes, and when one asks again. */
function useAudit(workspaceId: string | null) {
  const [{ person, method, outcome }, choose] = useState<Choices>({ method: null, outcome: null })
  const pages = usePages(AuditEntries, { workspaceId, userId: person?.id ?? null, methods: method === null ? null : [method], outcome }, { whole: false, answers: 'fresh' })
  return { ...pages, person, method, outcome, choose: (change: Partial<Choices>) => { choose((before) => ({ ...before, ...change })) } }
}

interface AuditProps { audit: ReturnType<typeof useAudit>; subtitle: string; titles: Record<string, string>; people: readonly Person[]; onSearch?: (text: string) => void; ofAll?: boolean }

function Audit({ audit, subtitle, titles, people, onSearch, ofAll = false }: AuditProps) {
  const { nodes, loading, problem, more, loadMore, reread, person, method, outcome, choose } = audit
  const [opened, setOpened] = useState<Entry>()
  return (
    <Page title={ofAll ? 'Full audit' : 'Audit'} subtitle={subtitle} actions={<Button variant="default" leftSection={<RebootIcon size={16} />} onClick={reread}>Read again</Button>}>
      <Filters>
        <Filter label="Outcome" all="Allowed and refused" choices={outcomes} value={outcome} onChange={(value) => { choose({ outcome: value as AuditOutcome | null }) }} />
        <PersonFilter people={people} value={person} onChange={(person) => { choose({ person }) }} {...(onSearch ? { onSearch } : {})} />
        <MethodFilter titles={titles} value={method} onChange={(method) => { choose({ method }) }} />
      </Filters>
      <ProblemNote problem={problem} />
      {loading && <PageSkeleton />}
      {!loading && !problem && nodes.length === 0 && <Empty icon={<AuditIcon size={26} />} title="No such entries">Nothing like that was done or refused. Choose less above to see more.</Empty>}
      {nodes.length > 0 && <Table label="Audit" rows={nodes} idOf={({ id }) => id} columns={columnsOf(setOpened, ofAll)} rowHeight={58} />}
      {more && <Center><Button variant="default" onClick={loadMore}>Show older entries</Button></Center>}
      <EntryDialog entry={opened} onClose={() => { setOpened(undefined) }} />
    </Page>
  )
}

/** What was done and refused in this workspace, for those who administer its members. */
export function WorkspaceAudit() {
  const { id } = useWorkspace()
  const mayRead = useMay()(auditPermission)
  if (mayRead !== true) return <Page title="Audit"><Empty icon={<AuditIcon size={26} />} title="The audit of this workspace is not yours to read">{mayRead}</Empty></Page>
  return <OfWorkspace key={id} workspaceId={id} />
}

function OfWorkspace({ workspaceId }: { workspaceId: string }) {
  const audit = useAudit(workspaceId)
  return <Audit audit={audit} subtitle="What was done and refused in this workspace, newest first." titles={methods.ofWorkspace} people={usePeople(workspaceId, audit.nodes)} />
}

/** All of it, for operators. */
export function FullAudit() {
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 250)
  const { nodes: users } = usePages(AuditUsers, { text: wanted || null }, { whole: false })
  return <Audit audit={useAudit(null)} subtitle="What was done and refused in all of this Kloudak, newest first." titles={methods.all} people={users} onSearch={setText} ofAll />
}
