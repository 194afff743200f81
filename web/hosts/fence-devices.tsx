import { ActionIcon, Button, Menu, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { FenceDeviceKind, HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { MoreIcon } from '../ui/icons.tsx'
import { tellProblem, tellRefusal } from '../ui/problem-note.tsx'
import { Ago } from '../ui/time.tsx'
import { AddFenceDeviceDialog } from './add-fence-device.tsx'
import classes from './checklist.module.css'
import { HostTasks, RemoveFenceDevice, TestFenceDevice } from './operations.ts'

type Device = HostDetailFragment['fenceDevices'][number]
const fenceKinds: Record<FenceDeviceKind, string> = { IPMI: 'IPMI', REDFISH: 'Redfish', LIBVIRT: 'libvirt', CEPH: 'Ceph', MANUAL: 'By hand', SIMULATED: 'Simulated' }

/** How the host is switched off from outside when it fails. `onChange`: what is shown has to be read again. */
export function FenceDevices({ host, onChange }: { host: HostDetailFragment; onChange: () => void }) {
  const [adding, setAdding] = useState(false)
  const { nodes } = usePages(HostTasks, { hostId: host.id }, { whole: false })
  // What a device said stands beside it once the task is over, and tells of itself by the task alone.
  const tested = nodes.filter(({ method, finishedAt }) => method === 'testFenceDevice' && finishedAt !== null).map(({ id }) => id).join()
  useEffect(() => { if (tested) onChange() }, [tested, onChange])
  const { fenceDevices } = host
  return (
    <Card title="Fence devices" aside={<Button size="compact-sm" variant="default" onClick={() => { setAdding(true) }}>Add</Button>} flush={fenceDevices.length > 0}>
      {fenceDevices.length === 0 && <Text size="sm" c="dimmed">When this host fails, nothing can prove that it is off: its VMs wait for a person who confirms it. Add its management board.</Text>}
      <ul className={classes.list}>{fenceDevices.map((device) => <FenceDevice key={device.id} device={device} onChange={onChange} />)}</ul>
      <AddFenceDeviceDialog host={host} opened={adding} onClose={() => { setAdding(false); onChange() }} />
    </Card>
  )
}

function FenceDevice({ device, onChange }: { device: Device; onChange: () => void }) {
  const [test, testing] = useAct(TestFenceDevice)
  const [remove] = useAct(RemoveFenceDevice)
  const { id, kind, address, port, username, testedAt, testResult } = device
  const place = [address && `${username ? `${username}@` : ''}${address}${port ? `:${port}` : ''}`, device.plug].filter(Boolean).join(' ')
  return (
    <li className={classes.device}>
      <div>
        <span className={classes.name}>{fenceKinds[kind]}</span><Text span inherit c="dimmed">{place}</Text>
        <div className={classes.remedy}>{testedAt === null ? 'Not tried yet' : <>It said “{testResult}” <Ago at={testedAt} /></>}</div>
      </div>
      {kind !== 'MANUAL' && <Button size="compact-xs" variant="subtle" loading={testing} onClick={() => { void test({ deviceId: id }).then(tellRefusal) }}>Try it</Button>}
      <Menu position="bottom-end" shadow="md">
        <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`Actions of the ${fenceKinds[kind]} device`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown><Menu.Item color="red" onClick={() => { void remove({ deviceId: id }).then(({ problem }) => { if (problem) tellProblem(problem); onChange() }) }}>Remove</Menu.Item></Menu.Dropdown>
      </Menu>
    </li>
  )
}
