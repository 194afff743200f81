import { Alert, Button, Group, Text } from '@mantine/core'
import type { HostLiveFragment } from '../gql/graphql.ts'
import { AlertIcon } from '../ui/icons.tsx'

/** Hosts on which Kloudak changes nothing until an operator has looked at them, each with its reason. */
export function FrozenNotes({ hosts, onReview }: { hosts: readonly HostLiveFragment[]; onReview: (host: HostLiveFragment) => void }) {
  return hosts.filter(({ frozenReason }) => frozenReason !== null).map((host) => (
    <Alert key={host.id} color="yellow" variant="light" icon={<AlertIcon />} title={`${host.name} is frozen: nothing on it is changed before its review`} role="alert">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{host.frozenReason}</Text>
        <Button size="compact-sm" variant="default" aria-label={`Review ${host.name}`} onClick={() => { onReview(host) }}>Review</Button>
      </Group>
    </Alert>
  ))
}
