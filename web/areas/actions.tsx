import { ActionIcon, Menu } from '@mantine/core'
import { useState } from 'react'
import type { AreaLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { MoreIcon } from '../ui/icons.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { AreaDialog } from './dialog.tsx'
import { DeleteArea, RestoreArea, RetireArea } from './operations.ts'

/** Everything that can be done to an area. */
export function AreaActions({ area, framed = false }: { area: AreaLiveFragment; framed?: boolean }) {
  const [dialog, setDialog] = useState<'edit' | 'retire' | 'delete'>()
  const [retire] = useAct(RetireArea)
  const [restore] = useAct(RestoreArea)
  const [remove] = useAct(DeleteArea)
  const { id: areaId, name } = area
  const close = () => { setDialog(undefined) }
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={220}>
        <Menu.Target><ActionIcon {...(framed ? { variant: 'default', size: 36 } : { variant: 'subtle', color: 'gray', size: 'lg' })} aria-label={`Actions of ${name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => { setDialog('edit') }}>Edit</Menu.Item>
          {area.retiredAt === null
            ? <Menu.Item onClick={() => { setDialog('retire') }}>Take nothing new</Menu.Item>
            : <Menu.Item onClick={() => { void restore({ areaId }).then(tellRefusal) }}>Take new VMs again</Menu.Item>}
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => { setDialog('delete') }}>Delete</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <AreaDialog area={area} opened={dialog === 'edit'} onClose={close} />
      <PlanDialog opened={dialog === 'retire'} onClose={close} title={`Put nothing new into ${name}`} text="No new VM and no new network comes into this area. What is there goes on, and VMs still start on its other hosts when one fails." verb="Take nothing new" act={(how) => retire({ areaId, ...how })} />
      <PlanDialog opened={dialog === 'delete'} onClose={close} title={`Delete the area ${name}`} text="Only an area that nothing is in can be deleted: no host, pool, network or VM." verb="Delete area" danger confirmName={name} act={(how) => remove({ areaId, ...how })} />
    </>
  )
}
