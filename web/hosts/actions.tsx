import { ActionIcon, Menu } from '@mantine/core'
import { useState } from 'react'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { MoreIcon } from '../ui/icons.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { EditHostDialog } from './edit.tsx'
import { CancelDrain, DrainHost, RestrictHostKey, RetireHost, ReturnHostToService, SetHostMaintenance } from './operations.ts'
import { PrepareHostDialog } from './prepare.tsx'

/** Everything that can be done to a host. */
export function HostActions({ host }: { host: HostDetailFragment }) {
  const [dialog, setDialog] = useState<'drain' | 'edit' | 'prepare' | 'restrict' | 'retire'>()
  const [drain] = useAct(DrainHost)
  const [cancel] = useAct(CancelDrain)
  const [rest] = useAct(SetHostMaintenance)
  const [serve] = useAct(ReturnHostToService)
  const [restrict] = useAct(RestrictHostKey)
  const [retire] = useAct(RetireHost)
  const { id: hostId, name, duty, kind } = host
  const isIn = host.hostState !== 'ENROLLING'
  const close = () => { setDialog(undefined) }
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={240}>
        <Menu.Target><ActionIcon variant="default" size={36} aria-label={`Actions of ${name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => { setDialog('edit') }}>Edit</Menu.Item>
          {isIn && duty === 'SERVICE' && <Menu.Item onClick={() => { setDialog('drain') }}>Move its VMs elsewhere</Menu.Item>}
          {isIn && duty === 'SERVICE' && <Menu.Item onClick={() => { void rest({ hostId }).then(tellRefusal) }}>Keep new VMs away</Menu.Item>}
          {duty === 'DRAINING' && <Menu.Item onClick={() => { void cancel({ hostId }).then(tellRefusal) }}>Stop moving its VMs</Menu.Item>}
          {duty === 'MAINTENANCE' && <Menu.Item onClick={() => { void serve({ hostId }).then(tellRefusal) }}>Return to service</Menu.Item>}
          <Menu.Item onClick={() => { setDialog('prepare') }}>Prepare bridges and folders</Menu.Item>
          {kind === 'SSH' && host.keyRestrictedAt === null && <Menu.Item onClick={() => { setDialog('restrict') }}>Restrict Kloudak's key</Menu.Item>}
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => { setDialog('retire') }}>Retire</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <EditHostDialog host={host} opened={dialog === 'edit'} onClose={close} />
      <PlanDialog opened={dialog === 'drain'} onClose={close} title={`Move the VMs of ${name} elsewhere`} text="Guests that run go on running. What cannot be moved now waits. Then the host is in maintenance." verb="Move them" act={(how) => drain({ hostId, ...how })} />
      <PlanDialog opened={dialog === 'restrict'} onClose={close} title={`Restrict the key for ${name}`} text="On the host, the key may then only forward connections: no shell, no program. Kloudak proves that it still gets in before this stays." verb="Restrict the key" act={(how) => restrict({ hostId, ...how })} />
      <PlanDialog opened={dialog === 'retire'} onClose={close} title={`Retire ${name}`} text="Kloudak forgets its key. Nothing on the machine is changed." verb="Retire host" danger confirmName={name} act={(how) => retire({ hostId, ...how })} />
      <PrepareHostDialog host={host} opened={dialog === 'prepare'} onClose={close} />
    </>
  )
}
