import { ActionIcon, Menu } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Outcome } from '../lib/act.ts'
import { MoreIcon } from '../ui/icons.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import type { Plan } from '../ui/plan-dialog.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'

type Planned = (how: { dryRun: true } | { planHash: string }) => Promise<Outcome<{ plan: Plan | null }>>

interface EntryActionsProps {
  /** What it is: `template`. */
  kind: string
  entry: { name: string; retiredAt: string | null }
  onEdit: () => void
  retire: Planned
  restore: () => Promise<Outcome<unknown>>
  /** Missing for what cannot be deleted. */
  remove?: Planned
  /** What can be deleted, in a sentence. */
  removal?: string
  /** What else can be done to it. */
  children?: ReactNode
}

/** What can be done to something that is offered: the same for all kinds. */
export function EntryActions({ kind, entry: { name, retiredAt }, onEdit, retire, restore, remove, removal = 'Only what no VM was made from can be deleted.', children }: EntryActionsProps) {
  const [dialog, setDialog] = useState<'retire' | 'delete'>()
  const close = () => { setDialog(undefined) }
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={200}>
        <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onEdit}>Edit</Menu.Item>
          {children}
          {retiredAt === null ? <Menu.Item onClick={() => { setDialog('retire') }}>Retire</Menu.Item> : <Menu.Item onClick={() => { void restore().then(tellRefusal) }}>Offer again</Menu.Item>}
          {remove && <><Menu.Divider /><Menu.Item color="red" onClick={() => { setDialog('delete') }}>Delete</Menu.Item></>}
        </Menu.Dropdown>
      </Menu>
      <PlanDialog opened={dialog === 'retire'} onClose={close} title={`Retire this ${kind}`} text="Nothing new is made from it. It can be offered again." verb={`Retire ${kind}`} act={retire} />
      {remove && <PlanDialog opened={dialog === 'delete'} onClose={close} title={`Delete this ${kind}`} text={removal} verb={`Delete ${kind}`} danger confirmName={name} act={remove} />}
    </>
  )
}
