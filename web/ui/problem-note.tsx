import { Alert, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Problem } from '../lib/problem.ts'
import { AlertIcon } from './icons.tsx'

/** What went wrong and what to do about it, where it happened. */
export function ProblemNote({ problem, onRetry }: { problem: Problem | undefined; onRetry?: () => void }) {
  if (!problem) return null
  return (
    <Alert color="red" variant="light" icon={<AlertIcon />} title={problem.message} role="alert">
      {problem.remedy && <Text size="sm">{problem.remedy}</Text>}
      {problem.requestId && <Text size="xs" c="dimmed" mt={4}>Request {problem.requestId}</Text>}
      {onRetry && <Group mt="xs"><Button size="xs" variant="light" color="red" onClick={onRetry}>Try again</Button></Group>}
    </Alert>
  )
}

/** Tells why an act was refused, for acts whose success shows by itself. */
export const tellRefusal = ({ problem }: { problem?: Problem | undefined }): void => { if (problem) tellProblem(problem) }

export function tellProblem(problem: Problem): void {
  notifications.show({ color: 'red', icon: <AlertIcon />, title: problem.message, message: problem.remedy ?? '', autoClose: 8_000, withBorder: true })
}
