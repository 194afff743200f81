import { Button, Group, Modal, Select, Stack, Switch, Text } from '@mantine/core'
import { useState } from 'react'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { PrepareHost } from './operations.ts'

interface PrepareProps { host: HostDetailFragment; opened: boolean; onClose: () => void }

/** What is to be made on the host: chosen first, then planned by the host's own task, then done. */
export function PrepareHostDialog({ host, opened, onClose }: PrepareProps) {
  const [prepare] = useAct(PrepareHost)
  const [publicUplink, setPublic] = useState<string | null>(null)
  const [trunkUplink, setTrunk] = useState<string | null>(null)
  const [poolFolders, setFolders] = useState(false)
  const [isChosen, setChosen] = useState(false)
  const close = () => { setChosen(false); onClose() }
  const free = host.nics.filter(({ physical, management, master, addresses }) => physical && !management && master === null && (addresses === null || addresses.length === 0))
  const cards = [...free, ...host.bonds].map(({ name }) => name)
  const input = { hostId: host.id, publicUplink: publicUplink ?? undefined, trunkUplink: trunkUplink ?? undefined, poolFolders }
  return (
    <>
      <Modal opened={opened && !isChosen} onClose={close} title={`Prepare ${host.name}`} centered>
        <Stack gap="md">
          <Text size="sm" c="dimmed">What is there already is left as it is. If anything fails, exactly what was made is taken back.</Text>
          <Select label={`Uplink of ${host.publicBridge}`} description="The network card that leads outside" placeholder={cards.length > 0 ? 'leave the bridge alone' : 'no free card was found'} clearable data={cards} value={publicUplink} onChange={setPublic} />
          <Select label={`Uplink of ${host.trunkBridge}`} description="The network card that leads to the other hosts" placeholder={cards.length > 0 ? 'leave the bridge alone' : 'no free card was found'} clearable data={cards.filter((name) => name !== publicUplink)} value={trunkUplink} onChange={setTrunk} />
          <Switch label="Make missing folders of pools" description="Only where the pools are plain folders: an empty folder would pass for storage that is not mounted." checked={poolFolders} onChange={({ currentTarget }) => { setFolders(currentTarget.checked) }} />
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={close}>Cancel</Button><Button onClick={() => { setChosen(true) }}>Plan</Button></Group>
        </Stack>
      </Modal>
      <PlanDialog opened={opened && isChosen} onClose={close} title={`Prepare ${host.name}`} verb="Prepare host" act={(how) => prepare({ ...input, ...how })} />
    </>
  )
}
