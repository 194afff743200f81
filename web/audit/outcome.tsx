import { Badge, Tooltip } from '@mantine/core'
import type { AuditShownFragment } from '../gql/graphql.ts'

const middle = { verticalAlign: 'middle' } as const

/** How it ended, in a word; why it was refused, when pointed at. */
export function Outcome({ entry: { outcome, code, message } }: { entry: AuditShownFragment }) {
  return outcome === 'ALLOWED'
    ? <Badge size="sm" variant="light" color="teal" style={middle}>Allowed</Badge>
    : <Tooltip label={message} disabled={!message}><Badge size="sm" variant="light" color="red" style={middle} tabIndex={0}>{code ?? 'Refused'}</Badge></Tooltip>
}
