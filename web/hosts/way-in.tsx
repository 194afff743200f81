import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { Copy } from '../ui/copy.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { ConfirmHostKey } from './operations.ts'

/** What an enrolment waits for a person to do: compare the machine's key, and let ours in. */
export function WayIn({ host }: { host: HostDetailFragment }) {
  const [confirm, confirming] = useAct(ConfirmHostKey)
  if (host.hostState !== 'ENROLLING') return null
  const { offeredHostKeyFingerprint: offered, hostKeyFingerprint: trusted, publicKey } = host
  const isReached = host.checklist.some(({ point, state }) => point === 'SSH' && state === 'PASSED')
  return (
    <>
      {trusted === null && offered !== null && (
        <Alert color="yellow" variant="light" icon={<AlertIcon />} title="Is this the machine's key?" role="alert">
          <Stack gap="xs">
            <Text size="sm">The address shows the key below. Compare it on the machine itself: <span className="mono">ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</span></Text>
            <Text size="sm" component="div" className="mono"><Copy text={offered} /></Text>
            <Group><Button size="compact-sm" loading={confirming} onClick={() => { void confirm({ hostId: host.id, fingerprint: offered }).then(tellRefusal) }}>It is the same: trust it</Button></Group>
          </Stack>
        </Alert>
      )}
      {publicKey !== null && !isReached && (
        <Alert color="blue" variant="light" title="Let Kloudak in">
          <Text size="sm" mb={6}>This line belongs into <span className="mono">~/.ssh/authorized_keys</span> of the user on the machine. Kloudak tries again by itself.</Text>
          <Text size="sm" component="div" className="mono" style={{ overflowWrap: 'anywhere' }}><Copy text={publicKey} /></Text>
        </Alert>
      )}
    </>
  )
}
