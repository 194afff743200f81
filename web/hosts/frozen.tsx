import { Alert, Text } from '@mantine/core'
import type { HostLiveFragment } from '../gql/graphql.ts'
import { AlertIcon } from '../ui/icons.tsx'

/** Hosts on which Kloudak changes nothing until an operator has looked at them, each with its reason. */
export function FrozenNotes({ hosts }: { hosts: readonly HostLiveFragment[] }) {
  return hosts.filter(({ frozenReason }) => frozenReason !== null).map(({ id, name, frozenReason }) => (
    <Alert key={id} color="yellow" variant="light" icon={<AlertIcon />} title={`${name} is frozen: nothing on it is changed before its review`} role="alert" mb="sm">
      <Text size="sm">{frozenReason}</Text>
    </Alert>
  ))
}
