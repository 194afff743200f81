import { Badge, List, Text } from '@mantine/core'
import type { FindHostDifferencesQuery, HostDifferenceKind } from '../gql/graphql.ts'
import { count } from '../lib/format.ts'
import { Copy } from '../ui/copy.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './differences.module.css'

const kinds: Record<HostDifferenceKind, { text: string; color: string }> = {
  VM_MISSING: { text: 'VM missing', color: 'red' }, VM_UNKNOWN: { text: 'VM unknown', color: 'orange' }, VM_UNFINISHED: { text: 'VM unfinished', color: 'orange' }, VM_POWER: { text: 'Power', color: 'blue' },
  VOLUME_MISSING: { text: 'Volume missing', color: 'red' }, VOLUME_UNKNOWN: { text: 'Volume unknown', color: 'orange' },
  PORT_MISSING: { text: 'Port missing', color: 'orange' }, PORT_UNKNOWN: { text: 'Port unknown', color: 'blue' }, PORT_VLAN: { text: 'Port VLAN', color: 'orange' },
}

/** Where the host differs from the books, the gravest first. */
export function Differences({ found: { observedAt, differences, unmanagedVms } }: { found: FindHostDifferencesQuery['hostDifferences'] }) {
  if (observedAt === null) return <Text size="sm">No worker has looked at this host since it was frozen: nothing is known of it yet.</Text>
  return (
    <section>
      <Text size="sm" fw={600} component="h3" m={0}>{differences.length === 0 ? 'Host and books agree' : `${count(differences.length, 'difference')} from the books`}</Text>
      <Text size="xs" c="dimmed" mb={6}>A worker looked <Ago at={observedAt} />.{unmanagedVms > 0 && ` ${count(unmanagedVms, 'VM')} on the host ${unmanagedVms === 1 ? 'is' : 'are'} not of this Kloudak, and left alone.`}</Text>
      {differences.length > 0 && (
        <ul className={classes.list} aria-label="Differences">
          {differences.map(({ kind, message, onHost }) => (
            <li key={`${kind} ${onHost}`} className={classes.row}>
              <Badge size="sm" variant="light" color={kinds[kind].color}>{kinds[kind].text}</Badge>
              <div>{message}<Text size="xs" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}><Copy text={onHost} /></Text></div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What the review would write, and what is lost by it. On the host nothing is made, stopped or removed. */
export function PlanOfReview({ plan: { steps, losses } }: { plan: { steps: string[]; losses: string[] } }) {
  return (
    <section>
      <Text size="sm" fw={600} component="h3" m={0} mb={4}>What the review does</Text>
      <List size="sm" spacing={4} aria-label="What the review does">
        {steps.map((step, index) => <List.Item key={`${index} ${step}`} className={classes.item}>{step}</List.Item>)}
        <List.Item>Let work on this host go on. Nothing on it is made, stopped or removed.</List.Item>
      </List>
      {losses.length > 0 && (
        <>
          <Text size="sm" fw={600} component="h3" m={0} mt="sm" mb={4} c="red">What is lost</Text>
          <List size="sm" spacing={4} aria-label="What is lost">{losses.map((loss, index) => <List.Item key={`${index} ${loss}`} className={classes.item}>{loss}</List.Item>)}</List>
        </>
      )}
    </section>
  )
}
