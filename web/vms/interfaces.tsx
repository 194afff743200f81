import { ActionIcon, Button, Group, Modal, Stack, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { vmLimits } from '../../server/model/vm.ts'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import type { Problem } from '../lib/problem.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { Card } from '../ui/card.tsx'
import { Copy } from '../ui/copy.tsx'
import { PlusIcon, TrashIcon } from '../ui/icons.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { AttachDialog } from './attach-dialog.tsx'
import { DetachInterface } from './operations.ts'
import classes from './page.module.css'

type Interface = VmLiveFragment['interfaces'][number]

const seenBy = { AGENT: 'The guest\'s agent says so.', LEASE: 'The host\'s DHCP server gave it.', ARP: 'The host has spoken with it.' } as const

/** Addresses that the guest has and nobody gave it. */
const Taken = ({ card }: { card: Interface }) => [...new Map(card.observedAddresses.filter(({ assigned }) => !assigned).map((seen) => [seen.ip, seen])).values()].map(({ ip, source }) => (
  <Tooltip key={ip} label={`${seenBy[source]} Kloudak did not give it.`}><Text size="xs" c="dimmed" ta="right" component="div" tabIndex={0}>in the guest: <Copy text={ip} /></Text></Tooltip>
))

/** The networks that a VM is on, and how it comes to others. */
export function Interfaces({ vm }: { vm: VmLiveFragment }) {
  const may = useVmMay()
  const [attaching, setAttaching] = useState(false)
  const [detaching, setDetaching] = useState<Interface>()
  const isFull = vm.interfaces.length >= vmLimits.interfaces.max
  const mayAttach = isFull ? `A VM has at most ${vmLimits.interfaces.max} interfaces: detach a network first.` : may('attachInterface', vm)
  const mayDetach = ({ phase }: Interface) => (phase === 'READY' ? may('detachInterface', vm) : phase === 'ATTACHING' ? 'This interface is still being attached.' : 'This interface is already being detached.')
  return (
    <Card title="Network interfaces" flush={vm.interfaces.length > 0} aside={<WhyNot allowed={mayAttach}><Button size="compact-sm" variant="subtle" leftSection={<PlusIcon size={15} />} aria-label="Attach a network" onClick={() => { setAttaching(true) }}>Attach</Button></WhyNot>}>
      {vm.interfaces.length === 0 && <Text size="sm" c="dimmed">This VM is on no network.</Text>}
      {vm.interfaces.map((card) => (
        <div key={card.id} className={classes.line}>
          <div>
            <Text size="sm" fw={500}>{card.network.name}{card.phase !== 'READY' && <Text span size="xs" c="dimmed" fw={400}> · {card.phase === 'ATTACHING' ? 'attaching' : 'detaching'}</Text>}</Text>
            <Text size="xs" c="dimmed" className={classes.mono}>{card.mac}{card.network.vlan === null ? '' : ` · VLAN ${card.network.vlan}`}</Text>
            {!card.configuredInGuest && card.phase === 'READY' && <Text size="xs" c="dimmed" mt={2}>Set its address up inside the guest, by hand.</Text>}
          </div>
          <Group gap="sm" wrap="nowrap">
            <Stack gap={0} align="flex-end">
              {card.addresses.map(({ ip, prefixLength }) => <Copy key={ip} text={ip} shown={`${ip}/${prefixLength}`} />)}
              <Taken card={card} />
            </Stack>
            <WhyNot allowed={mayDetach(card)}><ActionIcon variant="subtle" color="gray" aria-label={`Detach ${card.network.name}`} onClick={() => { setDetaching(card) }}><TrashIcon size={16} /></ActionIcon></WhyNot>
          </Group>
        </div>
      ))}
      <AttachDialog vm={vm} opened={attaching} onClose={() => { setAttaching(false) }} />
      <Modal opened={detaching !== undefined} onClose={() => { setDetaching(undefined) }} title="Detach this network" centered>
        {detaching && <Detach vm={vm} card={detaching} onClose={() => { setDetaching(undefined) }} />}
      </Modal>
    </Card>
  )
}

function Detach({ vm, card, onClose }: { vm: VmLiveFragment; card: Interface; onClose: () => void }) {
  const [detach, busy] = useAct(DetachInterface)
  const [problem, setProblem] = useState<Problem>()
  const addresses = card.addresses.map(({ ip }) => ip).join(', ')
  return (
    <Stack gap="md">
      <Text size="sm"><b>{vm.name}</b> is no longer reached on <b>{card.network.name}</b>{addresses && <> and gives back {addresses}</>}. {vm.observedPower === 'RUNNING' && 'Its guest must let go of the card; when it does not, nothing changes.'}</Text>
      <ProblemNote problem={problem} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>Cancel</Button>
        <Button color="red" loading={busy} onClick={() => { void detach({ interfaceId: card.id }).then(({ problem }) => { setProblem(problem); if (!problem) onClose() }) }}>Detach network</Button>
      </Group>
    </Stack>
  )
}
