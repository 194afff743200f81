import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { count, words } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './checklist.module.css'

const Row = ({ name, children }: { name: string; children: ReactNode }) => <li className={classes.row}><span className={classes.name}>{name}</span><Text span inherit c="dimmed">{children}</Text></li>

/** What was found on the machine: processors, cards, bridges, and VMs that are none of ours. */
export function Hardware({ host: { cpu, nics, bonds, bridges, unmanagedVms, discoveredAt } }: { host: HostDetailFragment }) {
  const cards = nics.filter(({ physical, management }) => physical || management)
  if (discoveredAt === null && unmanagedVms.length === 0) return null
  return (
    <Card title="Machine" aside={discoveredAt && <Text size="xs" c="dimmed">seen <Ago at={discoveredAt} /></Text>} flush>
      <ul className={classes.list}>
        {cpu && <Row name={cpu.model}>{`${count(cpu.sockets, 'socket')}, ${count(cpu.cores, 'core')}, ${count(cpu.threads, 'thread')}`}</Row>}
        {cards.map(({ name, mac, speedMbps, carrier, master, addresses, management }) => (
          <Row key={name} name={name}>{[mac, speedMbps ? `${speedMbps.toLocaleString('en')} Mbit/s` : carrier === false ? 'no cable' : undefined, master && `in ${master}`, addresses?.join(' '), management && 'Kloudak comes in here'].filter(Boolean).join(' · ')}</Row>
        ))}
        {bonds.map(({ name, mode, members }) => <Row key={name} name={name}>{`bond (${mode}) of ${members.join(', ')}`}</Row>)}
        {bridges.map(({ name, openVswitch, uplinks }) => <Row key={name} name={name}>{`${openVswitch ? 'Open vSwitch bridge' : 'bridge'}${uplinks.length > 0 ? `, out by ${uplinks.join(', ')}` : ', leads nowhere'}`}</Row>)}
        {unmanagedVms.map(({ uuid, name, power }) => <Row key={uuid} name={name}>{`none of Kloudak's, left alone · ${words(power).toLowerCase()}`}</Row>)}
      </ul>
    </Card>
  )
}
