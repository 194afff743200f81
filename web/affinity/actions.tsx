import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useMay } from '../lib/workspace.tsx'
import { MoreIcon, PenIcon, TrashIcon } from '../ui/icons.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { DeleteAffinityGroup } from './operations.ts'
import { RenameGroupDialog } from './rename.tsx'

/** What can be done to a group as a whole. */
export function AffinityGroupActions({ group, framed = false }: { group: AffinityGroupLiveFragment; framed?: boolean }) {
  const allowed = useMay()('vm:edit')
  const [remove] = useAct(DeleteAffinityGroup)
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const close = () => { setDialog(undefined) }
  const item = (label: string, icon: ReactNode, onClick: () => void, color?: string) => (
    <Tooltip label={allowed} disabled={allowed === true} position="left">
      <Menu.Item leftSection={icon} color={color} closeMenuOnClick={allowed === true} data-disabled={allowed !== true || undefined} aria-disabled={allowed !== true} onClick={allowed === true ? onClick : undefined}>{label}</Menu.Item>
    </Tooltip>
  )
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={180}>
        <Menu.Target><ActionIcon {...(framed ? { variant: 'default', size: 36 } : { variant: 'subtle', color: 'gray', size: 'lg' })} aria-label={`Actions of ${group.name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {item('Rename', <PenIcon size={16} />, () => { setDialog('rename') })}
          {item('Delete', <TrashIcon size={16} />, () => { setDialog('delete') }, 'red')}
        </Menu.Dropdown>
      </Menu>
      <RenameGroupDialog group={group} opened={dialog === 'rename'} onClose={close} />
      <PlanDialog opened={dialog === 'delete'} onClose={close} title="Delete this group" verb="Delete group" danger act={(how) => remove({ groupId: group.id, ...how })} />
    </>
  )
}
