import { Code, Modal, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { AuditShownFragment } from '../gql/graphql.ts'
import { methodTitle } from '../lib/methods.ts'
import { Facts } from '../ui/card.tsx'
import { Copy } from '../ui/copy.tsx'
import { TaskStateLabel } from '../ui/status.tsx'
import { doer } from './columns.tsx'
import { Outcome } from './outcome.tsx'

/** All that is known of one entry. */
export function EntryDialog({ entry, onClose }: { entry: AuditShownFragment | undefined; onClose: () => void }) {
  return <Modal opened={entry !== undefined} onClose={onClose} title={entry && methodTitle(entry.method)} size="lg" centered>{entry && <Body entry={entry} />}</Modal>
}

function Body({ entry }: { entry: AuditShownFragment }) {
  const { at, clientAddress, requestId, method, objectId, objectType, objectName, workspace, dryRun, message, task, input } = entry
  const named = objectName ?? objectId
  const isVm = objectType === 'VM' && workspace !== null && objectId !== null && method !== 'deleteVm'
  return (
    <Stack gap="md">
      <Facts facts={{
        Outcome: <Outcome entry={entry} />,
        Why: message,
        When: new Date(at).toLocaleString(),
        Who: doer(entry),
        From: <Copy text={clientAddress} />,
        On: named === null ? undefined : <>{isVm ? <Link to="/w/$workspaceId/vms/$vmId" params={{ workspaceId: workspace.id, vmId: objectId }}>{named}</Link> : named}{objectType && <Text span inherit c="dimmed"> {objectType}</Text>}</>,
        Workspace: workspace?.name,
        Kind: dryRun ? 'Only the plan was asked for: nothing was changed.' : undefined,
        Task: task && <TaskStateLabel state={task.state} />,
        Request: <Copy text={requestId} />,
      }} />
      <div>
        <Text size="xs" c="dimmed" mb={4}>What was asked for by <Code>{method}</Code>, without its secrets</Text>
        <Code block aria-label="Input" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{JSON.stringify(input, null, 2)}</Code>
      </div>
    </Stack>
  )
}
